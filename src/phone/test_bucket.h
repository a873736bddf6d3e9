#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "phone/download.h"
#include "phone/test_server.h"
#include "phone/test_signed_files.h"

namespace enks::phone {

// For tests: a server's bucket in memory behind a real HTTP server, and a feed that reads it.
class BucketTest : public SignedFiles {
 protected:
  BucketTest()
      : server_([this](const http::Request& request) { return Answer(request); }),
        feed_(*client_,
              {.files_base_url = server_.Url("/files/bucket"), .index_path = "r/index.txt"},
              {Trusted()}) {}

  void Put(const std::string& name, const base::Bytes& zip) {
    Put(name, std::string(base::AsText(zip)));
  }
  void Put(const std::string& name, std::string text) {
    const std::lock_guard lock(mutex_);
    files_[name] = std::move(text);
  }
  void PutIndex(std::string text) { Put("r/index.txt", std::move(text)); }
  void Remove(const std::string& name) {
    const std::lock_guard lock(mutex_);
    files_.erase(name);
  }
  // All that is asked for is answered 500.
  void Break(bool broken) {
    const std::lock_guard lock(mutex_);
    broken_ = broken;
  }

  // How many answers of this status there were.
  int Answered(int status) const {
    const std::lock_guard lock(mutex_);
    const auto found = answered_.find(status);
    return found == answered_.end() ? 0 : found->second;
  }

 private:
  http::Response Answer(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    http::Response response = Find(request);
    ++answered_[response.status];
    return response;
  }

  http::Response Find(const http::Request& request) const {
    const std::string prefix = "/files/bucket/";
    const auto found =
        files_.find(request.path.substr(std::min(request.path.size(), prefix.size())));
    if (broken_ || !request.path.starts_with(prefix)) return AnswerWith(500);
    if (found == files_.end()) return AnswerWith(404);
    const std::string etag = '"' + base::ToHex(crypto::Sha256(base::AsBytes(found->second))) + '"';
    if (request.Header("If-None-Match") == etag) return AnswerWith(304);
    http::Response response = AnswerWith(200, found->second);
    response.headers.emplace_back("ETag", etag);
    return response;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::string> files_;  // guarded by mutex_
  std::map<int, int> answered_;               // guarded by mutex_
  bool broken_ = false;                       // guarded by mutex_
  std::unique_ptr<http::Client> client_ = http::Client::Create({});

 protected:
  TestServer server_;
  HttpFeed feed_;
};

}  // namespace enks::phone
