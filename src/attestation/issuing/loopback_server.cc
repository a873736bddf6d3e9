#include "attestation/issuing/loopback_server.h"

#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

#include "base/check.h"

namespace enks::attestation::issuing {
namespace {

constexpr std::size_t kRequestBytesMax = 256 * 1024;
constexpr std::chrono::milliseconds kSlow{40};
constexpr std::chrono::hours kForever{1};

bool SendAll(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Reads more into `text`; false at the end of the connection.
bool Receive(int socket, std::string& text) {
  char buffer[8192];
  const ssize_t size = ::recv(socket, buffer, sizeof buffer, 0);
  if (size <= 0 || text.size() > kRequestBytesMax) return false;
  text.append(buffer, static_cast<std::size_t>(size));
  return true;
}

http::Request ParseHead(std::string_view head) {
  http::Request request;
  const std::size_t line = head.find("\r\n");
  const std::string_view first = head.substr(0, line);
  const std::size_t blank = first.find(' ');
  request.method = first.substr(0, blank);
  request.path = first.substr(blank + 1, first.rfind(' ') - blank - 1);
  head.remove_prefix(line + 2);
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n"), colon = head.find(": ");
    request.headers.emplace_back(head.substr(0, colon), head.substr(colon + 2, end - colon - 2));
    head.remove_prefix(end + 2);
  }
  return request;
}

std::optional<http::Request> ReadRequest(int socket) {
  std::string text;
  std::size_t end = std::string::npos;
  while ((end = text.find("\r\n\r\n")) == std::string::npos) {
    if (!Receive(socket, text)) return std::nullopt;
  }
  http::Request request = ParseHead(std::string_view(text).substr(0, end + 2));
  const std::string length(request.Header("Content-Length"));
  const std::size_t body = length.empty() ? 0 : std::stoul(length);
  while (text.size() < end + 4 + body) {
    if (!Receive(socket, text)) return std::nullopt;
  }
  request.body = text.substr(end + 4, body);
  return request;
}

FakeAnswer Say(int status, std::string_view text) {
  FakeAnswer answer;
  answer.response.status = status;
  answer.response.headers = {{"Content-Type", "text/plain"}};
  answer.response.body = text;
  return answer;
}

}  // namespace

FakeAnswer ScriptedAnswer(std::string_view text, FakeAnswer usual) {
  constexpr std::string_view kSays = "SAYS ";
  if (text.starts_with(kSays)) {
    text.remove_prefix(kSays.size());
    const std::string_view words = text.size() > 4 ? text.substr(4) : "";
    return Say(std::stoi(std::string(text.substr(0, 3))), words);
  }
  if (text.starts_with("SLOW")) usual.delay = kSlow;
  if (text.starts_with("GARBAGE")) usual.response.body = "{garbage";
  if (text.starts_with("STALL")) usual.manner = FakeAnswer::Manner::kStall;
  if (text.starts_with("HANGUP")) usual.manner = FakeAnswer::Manner::kHangUp;
  if (text.starts_with("CUT")) {
    usual.manner = FakeAnswer::Manner::kCutShort;
    if (usual.response.body.empty()) usual.response.body = "{}";
  }
  if (text.starts_with("REDIRECT")) {
    usual = Say(302, "");
    usual.response.headers.emplace_back("Location", "/moved");
  }
  return usual;
}

LoopbackServer::LoopbackServer(Answerer answerer)
    : answerer_(std::move(answerer)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  ENKS_CHECK(::bind(listener_, any, size) == 0 && ::listen(listener_, SOMAXCONN) == 0);
  ENKS_CHECK(::getsockname(listener_, any, &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

LoopbackServer::~LoopbackServer() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    for (const Connection& connection : connections_) ::shutdown(connection.socket, SHUT_RDWR);
  }
  stopped_.notify_all();
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (Connection& connection : connections_) {
    connection.thread.join();
    ::close(connection.socket);
  }
  ::close(listener_);
}

std::string LoopbackServer::Url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

void LoopbackServer::Accept() {
  while (true) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    CloseThoseThatAreOver();
    const std::lock_guard lock(mutex_);
    if (is_stopping_) ::shutdown(socket, SHUT_RDWR);
    Connection& connection = connections_.emplace_back();
    connection.socket = socket;
    connection.thread = std::thread([this, &connection] { Serve(connection); });
  }
}

// The descriptor is closed by whoever joins the thread, so that its number cannot mean another
// connection meanwhile.
void LoopbackServer::Serve(Connection& connection) {
  if (const auto request = ReadRequest(connection.socket)) {
    Deliver(connection.socket, answerer_(*request));
  }
  ::shutdown(connection.socket, SHUT_RDWR);
  const std::lock_guard lock(mutex_);
  connection.is_over = true;
}

void LoopbackServer::CloseThoseThatAreOver() {
  std::list<Connection> over;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = connections_.begin(); at != connections_.end();) {
      const auto next = std::next(at);
      if (at->is_over) over.splice(over.end(), connections_, at);
      at = next;
    }
  }
  for (Connection& connection : over) {
    connection.thread.join();
    ::close(connection.socket);
  }
}

void LoopbackServer::Deliver(int socket, const FakeAnswer& answer) {
  using Manner = FakeAnswer::Manner;
  if (answer.manner == Manner::kHangUp) return;
  if (!WaitUnlessStopping(answer.manner == Manner::kStall ? kForever : answer.delay)) return;
  const http::Response& response = answer.response;
  std::string text = fmt::format("HTTP/1.1 {} Fake\r\nContent-Length: {}\r\n", response.status,
                                 response.body.size());
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  const bool is_cut = answer.manner == Manner::kCutShort;
  text += "\r\n" + response.body.substr(0, is_cut ? response.body.size() / 2 : std::string::npos);
  SendAll(socket, text);
}

bool LoopbackServer::WaitUnlessStopping(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, time, [this] { return is_stopping_; });
}

}  // namespace enks::attestation::issuing
