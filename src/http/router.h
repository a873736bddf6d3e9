#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace enks::http {

// How much body a route takes that does not say how much.
inline constexpr std::size_t kBodyBytesMaxDefault = 64 * 1024;

struct Route {
  std::string path;            // exact, or a prefix when it ends in "/*"
  Handler* handler = nullptr;  // outlives the router
  std::size_t body_bytes_max = kBodyBytesMaxDefault;
};

// The route table of one listener. Routes are literals, so that one search lists them all. Built
// before the server starts, then only read: thread-safe.
class Router {
 public:
  void Add(Route route);

  // The route for a path, exact before prefix, longer prefix before shorter; null if none.
  const Route* Find(std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

// The path without "//", "." and ".." segments, a trailing slash kept. A request whose path differs
// from its clean form is answered 301 (spec/publish.md section 1).
std::string CleanPath(std::string_view path);

}  // namespace enks::http
