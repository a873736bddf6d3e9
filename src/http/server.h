#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "http/router.h"

namespace enks::http {

// What one listener will bear. Every limit is a setting.
struct ServerLimits {
  std::size_t header_bytes_max = 16 * 1024;
  // Beyond: accepted and closed at once. http/connection_room.h makes room for so many.
  std::size_t connections_max = 10'000;
  std::chrono::seconds header_timeout{10};  // from the first byte of a request
  std::chrono::seconds body_timeout{30};    // from the end of the head
  std::chrono::seconds write_timeout{60};   // progress of an answer
  std::chrono::seconds idle_timeout{75};    // between requests
  std::chrono::seconds shutdown_grace{5};   // for running requests at Stop()
};

// An HTTP/1.1 server on one address. Requests on one connection are answered in order. Unknown
// paths are answered 404 `404 page not found\n`, unclean ones 301, unreadable requests 400, heads
// over the limit 431. The peer's address is neither kept nor logged.
class Server {
 public:
  struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free port
    int threads = 2;
    ServerLimits limits{};
    const base::Clock* clock = nullptr;  // for the Date header; null: the system's
  };

  // Binds and starts answering. `router` and `log` outlive the server.
  static Result<std::unique_ptr<Server>> Start(const Options& options, const Router& router,
                                               base::Log& log);
  // Stops as Stop() does.
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  // Stops accepting, gives running requests `shutdown_grace`, then closes. Idempotent; blocks, so
  // it must not be called by a handler. A Reply that is given later goes nowhere, safely.
  virtual void Stop() = 0;
};

}  // namespace enks::http
