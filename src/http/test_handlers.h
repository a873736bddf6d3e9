#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "http/message.h"

namespace enks::http {

// Answers at once with what a function makes of the request.
class FunctionHandler final : public Handler {
 public:
  explicit FunctionHandler(std::function<Response(const Request&)> function)
      : function_(std::move(function)) {}
  void Handle(Request request, Reply reply) override { reply(function_(request)); }

 private:
  const std::function<Response(const Request&)> function_;
};

// Says what it was asked: method, path, query and body, a line each.
class EchoHandler final : public Handler {
 public:
  void Handle(Request request, Reply reply) override;
};

// Answers from a thread of its own, with the body of the request.
class OtherThreadHandler final : public Handler {
 public:
  OtherThreadHandler() : thread_([this] { AnswerForever(); }) {}
  ~OtherThreadHandler() override;
  void Handle(Request request, Reply reply) override;

 private:
  void AnswerForever();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<Request, Reply>> waiting_;  // guarded by mutex_
  bool is_ending_ = false;                         // guarded by mutex_
  std::thread thread_;
};

// Keeps every Reply until the test takes it.
class HoldingHandler final : public Handler {
 public:
  void Handle(Request request, Reply reply) override;
  // Waits for a request to arrive and takes its Reply.
  Reply Take();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Reply> held_;  // guarded by mutex_
};

}  // namespace enks::http
