#include "http/network_thread.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <string>
#include <thread>
#include <utility>

#include "base/check.h"
#include "http/connection.h"

namespace enks::http {
namespace {

namespace asio = boost::asio;

// Tells Asio that one thread runs the loop.
constexpr int kOneThread = 1;

// RFC 9110 section 5.6.7, "IMF-fixdate".
std::string HttpDate(base::UnixTime time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", time);
}

class AsioNetworkThread final : public NetworkThread {
 public:
  explicit AsioNetworkThread(const Parts& parts)
      : clock_(parts.clock),
        count_(parts.count),
        state_{.router = parts.router, .limits = parts.limits, .log = parts.log, .date = {}},
        loop_(kOneThread),
        sweep_timer_(loop_) {
    state_.date = HttpDate(clock_.Now());
    asio::co_spawn(loop_, SweepForever(), asio::detached);
    thread_ = std::thread([this] { loop_.run(); });
  }

  AsioNetworkThread(const AsioNetworkThread&) = delete;
  AsioNetworkThread& operator=(const AsioNetworkThread&) = delete;
  ~AsioNetworkThread() override { ENKS_CHECK(!thread_.joinable()); }

  asio::io_context& loop() override { return loop_; }

  void Adopt(int socket_fd) override {
    asio::post(loop_, [this, socket_fd] { Serve(socket_fd); });
  }

  void BeginStop() override {
    asio::post(loop_, [this] {
      state_.is_stopping = true;
      for (const auto& connection : connections_) connection->CloseIfIdle();
    });
  }

  void CloseAll() override {
    asio::post(loop_, [this] {
      state_.is_stopping = true;
      is_ending_ = true;
      sweep_timer_.cancel();
      for (const auto& connection : connections_) connection->Close();
    });
  }

  void Join() override { thread_.join(); }

 private:
  asio::awaitable<void> SweepForever();
  void Serve(int socket_fd);

  const base::Clock& clock_;
  ConnectionCount& count_;
  LoopState state_;
  asio::io_context loop_;
  asio::steady_timer sweep_timer_;
  // The loop's thread only:
  std::list<std::unique_ptr<Connection>> connections_;
  bool is_ending_ = false;

  std::thread thread_;
};

// Ends, and lets the loop run out of work, when CloseAll() has been called.
asio::awaitable<void> AsioNetworkThread::SweepForever() {
  while (!is_ending_) {
    sweep_timer_.expires_after(kSweepPeriod);
    co_await sweep_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    ++state_.sweeps;
    state_.date = HttpDate(clock_.Now());
    for (const auto& connection : connections_) connection->Sweep();
  }
}

void AsioNetworkThread::Serve(int socket_fd) {
  connections_.push_front(Connection::Create(loop_, socket_fd, state_));
  const auto place = connections_.begin();
  (*place)->Start([this, place] {
    connections_.erase(place);
    count_.Remove();
  });
}

}  // namespace

bool ConnectionCount::TryAdd() {
  const std::lock_guard lock(mutex_);
  if (count_ >= max_) return false;
  ++count_;
  return true;
}

void ConnectionCount::Remove() {
  const std::lock_guard lock(mutex_);
  if (--count_ == 0) none_left_.notify_all();
}

void ConnectionCount::WaitForNone(std::chrono::seconds patience) {
  std::unique_lock lock(mutex_);
  none_left_.wait_for(lock, patience, [this] { return count_ == 0; });
}

std::unique_ptr<NetworkThread> NetworkThread::Start(const Parts& parts) {
  return std::make_unique<AsioNetworkThread>(parts);
}

}  // namespace enks::http
