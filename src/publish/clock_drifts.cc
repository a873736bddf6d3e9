#include "publish/clock_drifts.h"

#include <algorithm>

namespace enks::publish {

void ClockDrifts::Note(const authority::ClockDrift& drift, base::UnixTime now) {
  if (drift.issuer.empty()) return;
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] = seen_.try_emplace(drift.issuer);
  Seen& seen = entry->second;
  ++seen.uploads;
  seen.ahead = std::max(seen.ahead, drift.ahead);
  if (!is_new && now - seen.told_at < kReportPeriod) return;
  log_.Warning("the clock of a health authority runs ahead of ours",
               {{"issuer", drift.issuer},
                {"seconds", std::int64_t{seen.ahead.count()}},
                {"uploads", seen.uploads}});
  seen = {now, 0, std::chrono::seconds(0)};
}

}  // namespace enks::publish
