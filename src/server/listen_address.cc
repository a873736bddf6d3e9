#include "server/listen_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>

namespace enks::server {
namespace {

bool IsIpv4(const std::string& host) {
  in_addr bytes{};
  return inet_pton(AF_INET, host.c_str(), &bytes) == 1;
}

// The host in its shortest form, so that [0:0:0::1] is [::1]. What is no address stays as it is.
std::string Canonical(const std::string& host) {
  in6_addr bytes{};
  char text[INET6_ADDRSTRLEN];
  if (inet_pton(AF_INET6, host.c_str(), &bytes) != 1) return host;
  return inet_ntop(AF_INET6, &bytes, text, sizeof text);
}

bool Covers(const std::string& wide, const std::string& host) {
  return wide == "::" || wide == host || (wide == "0.0.0.0" && IsIpv4(host));
}

}  // namespace

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, port);
  if (error != std::errc() || end != text_end) return std::nullopt;
  return port;
}

std::optional<ListenAddress> ParseListenAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto port = ParsePort(text.substr(colon + 1));
  if (!port) return std::nullopt;
  return ListenAddress{std::string(host), *port};
}

std::string FormatListenAddress(const ListenAddress& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", address.host, v6 ? "]" : "", address.port);
}

bool Collide(const ListenAddress& a, const ListenAddress& b) {
  if (a.port == 0 || a.port != b.port) return false;
  const std::string left = Canonical(a.host);
  const std::string right = Canonical(b.host);
  return Covers(left, right) || Covers(right, left);
}

}  // namespace enks::server
