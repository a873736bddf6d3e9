#include "http/testing/test_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "http/header_field.h"

namespace enks::http {
namespace {

constexpr int kPatienceMs = 30'000;

sockaddr_storage Address(std::string_view host, std::uint16_t port, socklen_t& size) {
  sockaddr_storage storage{};
  const std::string text(host);
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    size = sizeof *v4;
  } else {
    EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr), 1);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    size = sizeof *v6;
  }
  return storage;
}

}  // namespace

std::string TestClient::Answer::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (SameIgnoringCase(key, name)) return value;
  }
  return "";
}

TestClient::TestClient(std::uint16_t port, std::string_view host) {
  socklen_t size = 0;
  const sockaddr_storage address = Address(host, port, size);
  fd_ = ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0)
      << strerror(errno);
}

TestClient::~TestClient() {
  ::close(fd_);
}

bool TestClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void TestClient::ShutdownSending() {
  ::shutdown(fd_, SHUT_WR);
}

bool TestClient::ReadMore() {
  pollfd wait{fd_, POLLIN, 0};
  if (::poll(&wait, 1, kPatienceMs) <= 0) {
    ADD_FAILURE() << "the server neither sent anything nor closed the connection";
    return false;
  }
  char piece[64 * 1024];
  const ssize_t got = ::recv(fd_, piece, sizeof piece, 0);
  if (got <= 0) return false;
  unread_.append(piece, static_cast<std::size_t>(got));
  return true;
}

TestClient::Answer TestClient::Read(std::string_view method) {
  std::size_t end;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore()) return {};
  }
  Answer answer;
  answer.status = std::stoi(unread_.substr(std::strlen("HTTP/1.1 "), 3));
  std::size_t line = unread_.find("\r\n") + 2;
  while (line < end) {
    const std::size_t colon = unread_.find(": ", line);
    const std::size_t line_end = unread_.find("\r\n", line);
    answer.headers.emplace_back(unread_.substr(line, colon - line),
                                unread_.substr(colon + 2, line_end - colon - 2));
    line = line_end + 2;
  }
  answer.head = unread_.substr(0, end + 4);
  unread_.erase(0, end + 4);
  const std::string length = answer.Header("Content-Length");
  const bool has_body = method != "HEAD" && answer.status != 304 && !length.empty();
  const std::size_t size = has_body ? std::stoul(length) : 0;
  while (unread_.size() < size) {
    if (!ReadMore()) return {};
  }
  answer.body = unread_.substr(0, size);
  unread_.erase(0, size);
  return answer;
}

TestClient::Answer TestClient::Ask(std::string_view request) {
  Send(request);
  return Read(request.substr(0, request.find(' ')));
}

std::string TestClient::ReadBytes(std::size_t count) {
  while (unread_.size() < count && ReadMore()) {
  }
  return std::exchange(unread_, {});
}

bool TestClient::IsClosedByServer() {
  unread_.clear();
  while (ReadMore()) unread_.clear();
  return !::testing::Test::HasFailure();
}

std::string Get(std::string_view path, std::string_view more_fields) {
  return std::string("GET ")
             .append(path)
             .append(" HTTP/1.1\r\nHost: test\r\n")
             .append(more_fields) +
         "\r\n";
}

std::string Post(std::string_view path, std::string_view body, std::string_view more_fields) {
  return std::string("POST ")
      .append(path)
      .append(" HTTP/1.1\r\nHost: test\r\nContent-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\n")
      .append(more_fields)
      .append("\r\n")
      .append(body);
}

}  // namespace enks::http
