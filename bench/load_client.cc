#include "load_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string_view>

#include "base/check.h"
#include "figure.h"

namespace enks::bench {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kLengthName = "Content-Length: ";
constexpr std::size_t kStatusAt = 9;  // behind "HTTP/1.1 "

int Connect(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ENKS_CHECK(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

int ReadInt(std::string_view text) {
  int number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The length of the answer that `received` begins with, or 0 while that is not known.
std::size_t AnswerBytes(std::string_view received) {
  const std::size_t head_end = received.find(kHeadEnd);
  if (head_end == std::string_view::npos) return 0;
  const std::size_t length_at = received.substr(0, head_end).find(kLengthName);
  ENKS_CHECK(length_at != std::string_view::npos);
  const int body_bytes = ReadInt(received.substr(length_at + kLengthName.size()));
  ENKS_CHECK(body_bytes >= 0);
  return head_end + kHeadEnd.size() + static_cast<std::size_t>(body_bytes);
}

void Require(std::string_view answer, const ExpectedAnswer& expected) {
  const bool is_expected = ReadInt(answer.substr(kStatusAt)) == expected.status &&
                           answer.find(expected.body_part) != std::string_view::npos;
  if (is_expected) return;
  fmt::print(stderr, "unexpected answer: {}\n", answer.substr(0, answer.find('\r')));
  std::exit(1);
}

// One connection with a request on its way, or none.
class Caller {
 public:
  explicit Caller(std::uint16_t port) : socket_(Connect(port)) {}
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;
  ~Caller() { ::close(socket_); }

  bool is_waiting() const { return !unsent_.empty() || is_asking_; }
  nanoseconds started() const { return started_; }

  pollfd Poll() const {
    if (!is_waiting()) return {-1, 0, 0};
    return {socket_, static_cast<short>(unsent_.empty() ? POLLIN : POLLIN | POLLOUT), 0};
  }

  void Ask(std::string_view request, nanoseconds now) {
    started_ = now;
    unsent_ = request;
    is_asking_ = true;
    received_.clear();
    SendSome();
  }

  void SendSome() {
    const ssize_t sent =
        ::send(socket_, unsent_.data(), unsent_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) unsent_.remove_prefix(static_cast<std::size_t>(sent));
  }

  // True once the answer is whole.
  bool ReceiveSome(std::vector<char>& buffer, const ExpectedAnswer& expected) {
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    ENKS_CHECK(got != 0);  // the server has closed the connection
    if (got < 0) return false;
    received_.append(buffer.data(), static_cast<std::size_t>(got));
    const std::size_t bytes = AnswerBytes(received_);
    if (bytes == 0 || received_.size() < bytes) return false;
    Require(received_, expected);
    is_asking_ = false;
    return true;
  }

 private:
  const int socket_;
  std::string_view unsent_;
  std::string received_;
  nanoseconds started_{0};
  bool is_asking_ = false;
};

// The requests that are still to be sent.
class Supply {
 public:
  Supply(const std::vector<std::string>& requests, Requests kind)
      : requests_(requests), kind_(kind) {}

  bool empty() const { return kind_ == Requests::kOnce && next_ == requests_.size(); }
  std::string_view Take() { return requests_[next_++ % requests_.size()]; }

 private:
  const std::vector<std::string>& requests_;
  const Requests kind_;
  std::size_t next_ = 0;
};

}  // namespace

LoadResult RunLoad(const Load& load, const std::vector<std::string>& requests,
                   const base::Clock& clock) {
  std::deque<Caller> callers;
  for (int i = 0; i < load.connections; ++i) callers.emplace_back(load.port);
  Supply supply(requests, load.requests);
  LoadResult result;
  std::vector<char> buffer(kReadBytes);
  std::vector<pollfd> polls(callers.size());
  const nanoseconds start = clock.Monotonic();
  for (Caller& caller : callers) {
    if (!supply.empty()) caller.Ask(supply.Take(), clock.Monotonic());
  }
  while (std::ranges::any_of(callers, &Caller::is_waiting)) {
    std::ranges::transform(callers, polls.begin(), &Caller::Poll);
    ENKS_CHECK(::poll(polls.data(), polls.size(), -1) > 0);
    for (std::size_t i = 0; i < polls.size(); ++i) {
      if (polls[i].revents == 0) continue;
      Caller& caller = callers[i];
      if ((polls[i].revents & POLLOUT) != 0) caller.SendSome();
      if (!caller.ReceiveSome(buffer, load.expected)) continue;
      const nanoseconds now = clock.Monotonic();
      result.milliseconds.push_back(Seconds(now - caller.started()) * 1e3);
      if (now - start < load.span && !supply.empty()) caller.Ask(supply.Take(), now);
    }
  }
  result.seconds = Seconds(clock.Monotonic() - start);
  return result;
}

}  // namespace enks::bench
