#include "exposure/windows.h"

#include <algorithm>

namespace enks::exposure {
namespace {

constexpr std::chrono::seconds kDay{24 * 3600};

// The end of the window that starts at `start`: the next multiple of the period, so that windows
// fall back into step after a change of period (divergence E24), but never past the end of the
// configuration (divergence E23).
UnixTime WindowEnd(UnixTime start, std::chrono::seconds period, std::optional<UnixTime> thru) {
  const UnixTime end = TruncateTo(start, period) + period;
  return thru ? std::min(end, *thru) : end;
}

}  // namespace

std::optional<const char*> PeriodFault(std::chrono::seconds period) {
  if (period < std::chrono::seconds(1)) return "the period is shorter than one second";
  if (period > kDay) return "the period is longer than 24 hours";
  if (kDay % period != std::chrono::seconds(0)) {
    return "a day is not a whole number of periods";
  }
  return std::nullopt;
}

std::vector<Window> DueWindows(std::chrono::seconds period, UnixTime start, UnixTime now,
                               std::chrono::seconds min_age, std::chrono::seconds truncate_window,
                               std::optional<UnixTime> config_thru, std::size_t count_max) {
  std::vector<Window> windows;
  if (PeriodFault(period)) return windows;
  // Uploads of a truncation window that is still open may yet get a release time at its start, so
  // nothing that ends after that start is complete.
  const UnixTime published = TruncateTo(now - min_age, truncate_window);
  while (windows.size() < count_max && (!config_thru || start < *config_thru)) {
    const UnixTime end = WindowEnd(start, period, config_thru);
    if (end > published) break;
    windows.push_back({start, end});
    start = end;
  }
  return windows;
}

}  // namespace enks::exposure
