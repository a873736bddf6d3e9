#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enks::server {

// A host and port to listen on, written `127.0.0.1:8080` or `[::1]:8080`. Port 0: any free one.
struct ListenAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
};

// A decimal number from 0 to 65535 and nothing else.
std::optional<std::uint16_t> ParsePort(std::string_view text);

std::optional<ListenAddress> ParseListenAddress(std::string_view text);
std::string FormatListenAddress(const ListenAddress& address);

// Whether two listeners cannot both have what they ask for: the same port on the same host, or on
// all hosts (0.0.0.0, or :: which takes IPv4, too) and any other.
bool Collide(const ListenAddress& a, const ListenAddress& b);

}  // namespace enks::server
