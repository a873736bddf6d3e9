#include "http/server.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <future>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "http/network_thread.h"

namespace enks::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// How long accepting rests when the process is out of file descriptors or the system of memory.
constexpr std::chrono::milliseconds kAcceptPause{100};

// Errors of accept(2) that leave the waiting connection where it is.
bool MustWaitForRoom(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

std::string Advice(const ErrorCode& error, const Server::Options& options) {
  if (error == asio::error::address_in_use) {
    return "another program listens there: stop it, or set another port";
  }
  if (error == asio::error::access_denied) {
    return options.port < 1024
               ? "ports below 1024 need CAP_NET_BIND_SERVICE: set a port from 1024 on"
               : "the system does not allow it: set another port";
  }
  if (error == boost::system::errc::address_not_available) {
    return "no network interface of this machine has that address: set the host to 127.0.0.1 for "
           "this machine only, or to 0.0.0.0 or :: for all interfaces";
  }
  return "check the listener's host and port";
}

Status ListenError(const ErrorCode& error, const Server::Options& options) {
  return absl::UnavailableError(fmt::format("cannot listen on host {} port {}: {}; {}",
                                            options.host, options.port, error.message(),
                                            Advice(error, options)));
}

const base::Clock& ClockOf(const Server::Options& options) {
  static const base::SystemClock real_clock;
  return options.clock != nullptr ? *options.clock : real_clock;
}

class AsioServer final : public Server {
 public:
  AsioServer(const Options& options, const Router& router, base::Log& log)
      : options_(options), log_(log), count_(options.limits.connections_max) {
    const NetworkThread::Parts parts{router, options_.limits, log_, ClockOf(options_), count_};
    const int threads = std::max(options_.threads, 1);
    for (int i = 0; i < threads; ++i) threads_.push_back(NetworkThread::Start(parts));
    acceptor_ = std::make_unique<tcp::acceptor>(threads_.front()->loop());
  }
  AsioServer(const AsioServer&) = delete;
  AsioServer& operator=(const AsioServer&) = delete;
  ~AsioServer() override { StopOnce(); }

  // Binds the address and begins to accept.
  Status Listen();

  std::uint16_t port() const override { return port_; }
  void Stop() override { StopOnce(); }

 private:
  Status Bind();
  asio::awaitable<void> AcceptForever();
  enum class Accepted { kAll, kTillOutOfRoom };
  Accepted AcceptAllWaiting();
  void NoteRoom(Accepted accepted, int error);
  asio::awaitable<void> Pause();
  void StopAccepting();
  void StopOnce();

  const Options options_;
  base::Log& log_;
  ConnectionCount count_;
  std::vector<std::unique_ptr<NetworkThread>> threads_;
  std::unique_ptr<tcp::acceptor> acceptor_;  // used on the first thread only, once it accepts
  std::size_t next_thread_ = 0;              // on the first thread only
  bool is_out_of_room_ = false;              // on the first thread only
  std::uint16_t port_ = 0;
  std::once_flag stopped_;
};

Status AsioServer::Bind() {
  ErrorCode error;
  const asio::ip::address address = asio::ip::make_address(options_.host, error);
  if (error) {
    return absl::InvalidArgumentError(
        fmt::format("the host {} of a listener is not an IP address, such as 127.0.0.1, 0.0.0.0 or "
                    "::",
                    options_.host));
  }
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_->open(endpoint.protocol(), error);
  if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(tcp::acceptor::max_listen_connections, error);
  if (!error) acceptor_->non_blocking(true, error);
  if (!error) port_ = acceptor_->local_endpoint(error).port();
  if (error) return ListenError(error, options_);
  return absl::OkStatus();
}

Status AsioServer::Listen() {
  ENKS_TRY(Bind());
  asio::co_spawn(threads_.front()->loop(), AcceptForever(), asio::detached);
  log_.Info("listening", {{"host", options_.host}, {"port", port_}});
  return absl::OkStatus();
}

asio::awaitable<void> AsioServer::AcceptForever() {
  while (acceptor_->is_open()) {
    const auto [error] = co_await acceptor_->async_wait(tcp::acceptor::wait_read,
                                                        asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    if (AcceptAllWaiting() == Accepted::kTillOutOfRoom) co_await Pause();
  }
}

// The peer's address is not even asked for.
AsioServer::Accepted AsioServer::AcceptAllWaiting() {
  while (true) {
    const int fd =
        ::accept4(acceptor_->native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      const int error = errno;
      const Accepted accepted = MustWaitForRoom(error) ? Accepted::kTillOutOfRoom : Accepted::kAll;
      NoteRoom(accepted, error);
      return accepted;
    }
    if (!count_.TryAdd()) {
      ::close(fd);
      continue;
    }
    threads_[next_thread_]->Adopt(fd);
    next_thread_ = (next_thread_ + 1) % threads_.size();
  }
}

// Says once that there is no room, and once that there is again: not until nobody waits any more,
// or a crowd at the door would fill the log.
void AsioServer::NoteRoom(Accepted accepted, int error) {
  const bool was_out_of_room = std::exchange(is_out_of_room_, accepted != Accepted::kAll);
  if (was_out_of_room == is_out_of_room_) return;
  if (was_out_of_room) return log_.Info("connections are accepted again");
  log_.Error("no connection can be accepted for now; running ones go on",
             {{"error", strerrordesc_np(error)}});
}

// Without a rest a waiting connection that cannot be accepted would keep this thread busy.
asio::awaitable<void> AsioServer::Pause() {
  asio::steady_timer timer(threads_.front()->loop());
  timer.expires_after(kAcceptPause);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

// Blocks until it is done: a connection accepted later would be given to a loop that has ended.
void AsioServer::StopAccepting() {
  std::promise<void> closed;
  asio::post(threads_.front()->loop(), [this, &closed] {
    ErrorCode ignored;
    acceptor_->close(ignored);
    closed.set_value();
  });
  closed.get_future().wait();
}

void AsioServer::StopOnce() {
  std::call_once(stopped_, [this] {
    StopAccepting();
    for (const auto& thread : threads_) thread->BeginStop();
    count_.WaitForNone(options_.limits.shutdown_grace);
    for (const auto& thread : threads_) thread->CloseAll();
    for (const auto& thread : threads_) thread->Join();
    if (port_ != 0) log_.Info("stopped listening", {{"port", port_}});
  });
}

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(const Options& options, const Router& router,
                                              base::Log& log) {
  // Writing to a client that has hung up is an error like any other, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  auto server = std::make_unique<AsioServer>(options, router, log);
  ENKS_TRY(server->Listen());
  return server;
}

}  // namespace enks::http
