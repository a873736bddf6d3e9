#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "base/log.h"
#include "http/router.h"
#include "http/server.h"

namespace boost::asio {
class io_context;
}

namespace enks::http {

// Counts the open connections of a server over all of its threads. Thread-safe.
class ConnectionCount {
 public:
  explicit ConnectionCount(std::size_t max) : max_(max) {}

  // False, and nothing is counted, when there are as many as there may be.
  bool TryAdd();
  void Remove();
  // Waits until there is none, but no longer than `patience`.
  void WaitForNone(std::chrono::seconds patience);

 private:
  const std::size_t max_;
  std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t count_ = 0;  // guarded by mutex_
};

// One thread with an event loop and the connections that live on it. A connection never changes
// threads, so that nothing in it needs a lock. Owned by the server.
class NetworkThread {
 public:
  // What the thread is given; all of it outlives the thread.
  struct Parts {
    const Router& router;
    const ServerLimits& limits;
    base::Log& log;
    const base::Clock& clock;
    ConnectionCount& count;
  };

  static std::unique_ptr<NetworkThread> Start(const Parts& parts);
  // After Join().
  virtual ~NetworkThread() = default;

  virtual boost::asio::io_context& loop() = 0;

  // The rest may be called from any thread and returns at once, except Join().

  // Serves a connected socket, counted in `count` already.
  virtual void Adopt(int socket_fd) = 0;
  // From now on every answer is its connection's last; connections without a request are closed.
  virtual void BeginStop() = 0;
  // Closes every connection and lets the loop end.
  virtual void CloseAll() = 0;
  virtual void Join() = 0;
};

}  // namespace enks::http
