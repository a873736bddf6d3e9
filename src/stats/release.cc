#include "stats/release.h"

#include <map>

#include "exposure/interval.h"

namespace enks::stats {
namespace {

using base::UnixTime;
using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds kHour = hours(1);
constexpr seconds kDay = hours(24);

bool IsShown(const Day& day, UnixTime now, const ReleaseRules& rules) {
  const UnixTime end = day.start + kDay;
  if (end > now && !rules.show_today) return false;
  if (day.counts.AllUploads() >= rules.uploads_min) return true;
  return rules.small_days_after > seconds(0) && end + rules.small_days_after < now;
}

}  // namespace

std::vector<Day> Release(const std::vector<store::AuthorityHour>& hours_of_authority, UnixTime now,
                         const ReleaseRules& rules) {
  const UnixTime this_hour = exposure::TruncateTo(now, kHour);
  std::map<UnixTime, exposure::HourCounts> days;
  for (const store::AuthorityHour& hour : hours_of_authority) {
    if (hour.start < this_hour) days[exposure::UtcMidnight(hour.start)] += hour.counts;
  }
  std::vector<Day> shown;
  for (const auto& [start, counts] : days) {
    const Day day{start, counts};
    if (IsShown(day, now, rules)) shown.push_back(day);
  }
  return shown;
}

}  // namespace enks::stats
