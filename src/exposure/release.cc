// When a key may be exported: spec/publish.md section 7.
#include "exposure/rules.h"

namespace enks::exposure {

UnixTime ReleaseTime(Interval rolling_start, std::int32_t rolling_period, UnixTime now,
                     const UploadRules& rules) {
  const std::int64_t end = std::int64_t{rolling_start.number} + rolling_period;
  const bool may_be_in_use = end > IntervalAt(now).number;
  if (!may_be_in_use || rules.release_same_day_keys) return TruncateTo(now, rules.truncate_window);
  // The embargo: whoever learns a key that a phone still uses can pretend to be that phone.
  const UnixTime key_ends(kIntervalLength * end);
  return TruncateTo(key_ends + rules.truncate_window, rules.truncate_window);
}

}  // namespace enks::exposure
