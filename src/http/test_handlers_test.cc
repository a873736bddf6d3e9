#include "http/test_handlers.h"

// Compiled into this folder's tests only, hence the file's name.
namespace enks::http {

void EchoHandler::Handle(Request request, Reply reply) {
  Response response;
  response.body = request.method + "\n" + request.path + "\n" + request.query + "\n" + request.body;
  reply(std::move(response));
}

OtherThreadHandler::~OtherThreadHandler() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void OtherThreadHandler::Handle(Request request, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.emplace_back(std::move(request), std::move(reply));
  }
  changed_.notify_all();
}

void OtherThreadHandler::AnswerForever() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
    if (is_ending_) return;
    auto [request, reply] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Response response;
    response.body = std::move(request.body);
    reply(std::move(response));
    lock.lock();
  }
}

void HoldingHandler::Handle(Request, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    held_.push_back(std::move(reply));
  }
  changed_.notify_all();
}

Reply HoldingHandler::Take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !held_.empty(); });
  Reply reply = std::move(held_.front());
  held_.pop_front();
  return reply;
}

}  // namespace enks::http
