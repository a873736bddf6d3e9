#pragma once

#include <absl/functional/any_invocable.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/log.h"
#include "http/router.h"
#include "http/server.h"

namespace boost::asio {
class io_context;
}

namespace enks::http {

// How often each network thread looks at its connections' deadlines. A timer per connection and
// request would cost more than reading the request does.
constexpr std::chrono::seconds kSweepPeriod{1};

// What the connections of one network thread share. Touched by that thread only.
struct LoopState {
  const Router& router;
  const ServerLimits& limits;
  base::Log& log;
  std::int64_t sweeps = 0;   // the time, counted in sweeps: deadlines are numbers of sweeps
  std::string date;          // for the Date header, renewed by each sweep
  bool is_stopping = false;  // every answer is the last of its connection
};

// One client's connection: reads requests, asks the handlers, writes the answers, in order. Owned
// by the network thread it lives on; every member is called on that thread.
class Connection {
 public:
  // Takes over `socket_fd`, a connected and non-blocking TCP socket.
  static std::unique_ptr<Connection> Create(boost::asio::io_context& loop, int socket_fd,
                                            LoopState& state);
  virtual ~Connection() = default;

  // Serves until the connection is at its end, then calls `done`, which may destroy this object.
  virtual void Start(absl::AnyInvocable<void()> done) = 0;
  // Closes the connection if its deadline has passed.
  virtual void Sweep() = 0;
  // Closes the connection if no request is being read or answered.
  virtual void CloseIfIdle() = 0;
  // Closes the connection now, whatever it is doing; `done` follows soon.
  virtual void Close() = 0;
};

}  // namespace enks::http
