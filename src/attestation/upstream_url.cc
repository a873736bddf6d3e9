#include "attestation/upstream_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace enks::attestation {
namespace {

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";

bool IsUrlCharacter(char c) {
  constexpr std::string_view kMarks = "-._~:/[]%+,=";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && at == text.data() + text.size() && port > 0 && port < 65'536;
}

// Cuts ":port" off an authority; false if what stands there is no port.
bool CutPort(std::string_view& authority) {
  const std::size_t colon = authority.rfind(':');
  const std::size_t bracket = authority.rfind(']');
  if (colon == std::string_view::npos) return true;
  if (bracket != std::string_view::npos && colon < bracket) return true;
  if (!IsPort(authority.substr(colon + 1))) return false;
  authority = authority.substr(0, colon);
  return true;
}

bool IsHostName(std::string_view host) {
  return !host.empty() && host.find_first_of(":[]%+,=~") == std::string_view::npos;
}

bool IsLoopbackAddress(std::string_view host) {
  if (host == "[::1]") return true;
  // Only the form with four numbers, which nobody can read as anything else.
  in_addr address = {};
  if (inet_pton(AF_INET, std::string(host).c_str(), &address) != 1) return false;
  return (ntohl(address.s_addr) >> 24) == 127;
}

}  // namespace

Status CheckUpstreamUrl(std::string_view url) {
  const bool is_https = url.starts_with(kHttps);
  if (!is_https && !url.starts_with(kHttp)) {
    return absl::InvalidArgumentError("the address of an upstream must begin with https://");
  }
  if (!std::all_of(url.begin(), url.end(), IsUrlCharacter)) {
    return absl::InvalidArgumentError(
        "the address of an upstream may be a host, a port and a path, nothing else");
  }
  url.remove_prefix(is_https ? kHttps.size() : kHttp.size());
  std::string_view host = url.substr(0, url.find('/'));
  if (!CutPort(host) || !(IsHostName(host) || IsLoopbackAddress(host))) {
    return absl::InvalidArgumentError("the address of an upstream names no host");
  }
  if (is_https || IsLoopbackAddress(host)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "the address of an upstream must begin with https:// unless it is a loopback address, or "
      "anybody on the way could vouch for phones");
}

}  // namespace enks::attestation
