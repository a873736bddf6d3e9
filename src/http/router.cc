#include "http/router.h"

#include <utility>

#include "base/check.h"

namespace enks::http {
namespace {

constexpr std::string_view kPrefixMark = "/*";

bool IsPrefixRoute(const Route& route) {
  return std::string_view(route.path).ends_with(kPrefixMark);
}

// The part of "/exports/*" that a path must begin with: "/exports/".
std::string_view Prefix(const Route& route) {
  return std::string_view(route.path).substr(0, route.path.size() - 1);
}

void RemoveLastSegment(std::string& path) {
  const std::size_t slash = path.rfind('/');
  path.erase(slash == std::string::npos ? 0 : slash);
}

}  // namespace

void Router::Add(Route route) {
  ENKS_CHECK(route.handler != nullptr);
  ENKS_CHECK(route.path.starts_with('/'));
  for (const Route& known : routes_) ENKS_CHECK(known.path != route.path);
  routes_.push_back(std::move(route));
}

const Route* Router::Find(std::string_view path) const {
  const Route* best = nullptr;
  for (const Route& route : routes_) {
    if (!IsPrefixRoute(route)) {
      if (route.path == path) return &route;
    } else if (path.starts_with(Prefix(route))) {
      if (best == nullptr || route.path.size() > best->path.size()) best = &route;
    }
  }
  return best;
}

std::string CleanPath(std::string_view path) {
  std::string clean;
  std::string_view rest = path;
  std::string_view segment;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    segment = rest.substr(0, slash);
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      RemoveLastSegment(clean);
    } else {
      clean.append("/").append(segment);
    }
  }
  if (clean.empty() || path.ends_with('/')) clean.push_back('/');
  return clean;
}

}  // namespace enks::http
