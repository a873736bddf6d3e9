#include "recall/due_files.h"

#include <algorithm>

#include "exposure/windows.h"

namespace enks::recall {

using base::UnixTime;

std::optional<UnixTime> FilesDue(const store::ExportConfig& config, UnixTime release_at,
                                 std::chrono::seconds min_age,
                                 std::chrono::seconds truncate_window) {
  if (config.thru && release_at >= *config.thru) return std::nullopt;
  const UnixTime start = std::max(exposure::TruncateTo(release_at, config.period), config.from);
  UnixTime end = exposure::TruncateTo(start, config.period) + config.period;
  if (config.thru) end = std::min(end, *config.thru);
  const UnixTime closed = exposure::TruncateTo(end, truncate_window);
  return (closed < end ? closed + truncate_window : closed) + min_age;
}

}  // namespace enks::recall
