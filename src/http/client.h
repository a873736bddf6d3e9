#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace enks::http {

// A blocking HTTP client that keeps connections open between calls. Not thread-safe: one a thread.
class Client {
 public:
  struct Options {
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds total_timeout{30000};
    std::size_t answer_bytes_max = 64u << 20;
  };
  static std::unique_ptr<Client> Create(const Options& options);
  virtual ~Client() = default;

  // Any HTTP answer is success, whatever its status; redirects are not followed. kUnavailable when
  // there was no answer, kDeadlineExceeded on a timeout, kResourceExhausted if it was too long.
  virtual Result<Response> Send(std::string_view method, std::string_view url,
                                const Headers& headers, std::string_view body) = 0;
};

}  // namespace enks::http
