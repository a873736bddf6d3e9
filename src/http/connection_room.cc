#include "http/connection_room.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>

namespace enks::http {
namespace {

// The soft limit after it was raised to `wanted` if that is possible, else to the hard limit. It is
// not raised further than needed: some libraries walk over all descriptors there could be.
std::size_t RaiseLimit(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  if (limit.rlim_cur >= wanted) return limit.rlim_cur;
  const rlimit raised{std::min<rlim_t>(wanted, limit.rlim_max), limit.rlim_max};
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

}  // namespace

std::size_t ConnectionsWithin(std::size_t descriptors, std::size_t wanted) {
  const std::size_t reserved = std::min(kDescriptorsReserved, descriptors / 2);
  const std::size_t room = (descriptors - reserved) / kDescriptorsPerConnection;
  return std::clamp<std::size_t>(room, 1, std::max<std::size_t>(wanted, 1));
}

std::size_t MakeRoomForConnections(std::size_t wanted, base::Log& log) {
  const std::size_t limit = RaiseLimit(wanted * kDescriptorsPerConnection + kDescriptorsReserved);
  const std::size_t allowed = ConnectionsWithin(limit, wanted);
  if (allowed < wanted) {
    log.Warning("fewer connections than http.connections_max: raise the hard limit of open files",
                {{"connections_max", static_cast<std::int64_t>(wanted)},
                 {"connections_allowed", static_cast<std::int64_t>(allowed)},
                 {"open_files_max", static_cast<std::int64_t>(limit)}});
  }
  return allowed;
}

}  // namespace enks::http
