#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "http/client.h"
#include "http/server.h"

namespace enks::phone {

// For tests: a real HTTP server on any free port that answers every request as a function says, and
// keeps the requests. The function runs on a network thread, one at a time.
class TestServer final : public http::Handler {
 public:
  explicit TestServer(std::function<http::Response(const http::Request&)> answer)
      : answer_(std::move(answer)) {
    router_.Add({.path = "/*", .handler = this});
    auto server = http::Server::Start({}, router_, log_);
    EXPECT_TRUE(server.ok()) << server.status();
    if (server.ok()) server_ = *std::move(server);
  }

  void Handle(http::Request request, http::Reply reply) override {
    const std::lock_guard lock(mutex_);
    http::Response response = answer_(request);
    requests_.push_back(std::move(request));
    reply(std::move(response));
  }

  std::string Url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + std::string(path);
  }
  std::vector<http::Request> Requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::function<http::Response(const http::Request&)> answer_;  // guarded by mutex_
  std::vector<http::Request> requests_;                         // guarded by mutex_
  base::MemoryLog log_;
  http::Router router_;
  std::unique_ptr<http::Server> server_;  // stops first
};

inline http::Response AnswerWith(int status, std::string body = "") {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace enks::phone
