#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "exposure/statistics.h"
#include "store/records.h"

// Which statistics leave the server (spec/stats-api.md section 4). Pure functions.
namespace enks::stats {

struct ReleaseRules {
  // A day with fewer uploads is not shown: the people behind them could be told apart.
  std::int64_t uploads_min = 10;  // STATS_UPLOAD_MINIMUM
  // A day that ended so long ago is shown whatever its uploads; zero: never (divergence S2).
  std::chrono::seconds small_days_after{0};  // STATS_EMBARGO_PERIOD
  // Shows today as its hours end. The difference of two answers then is what one hour brought,
  // perhaps a single upload (divergence S1).
  bool show_today = false;
};

struct Day {
  base::UnixTime start;  // midnight, UTC
  exposure::HourCounts counts;
  bool operator==(const Day&) const = default;
};

// The days to show at `now`, by time. Hours that are not over do not count, in whatever day they
// are.
std::vector<Day> Release(const std::vector<store::AuthorityHour>& hours, base::UnixTime now,
                         const ReleaseRules& rules);

}  // namespace enks::stats
