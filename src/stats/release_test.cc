#include "stats/release.h"

#include <gtest/gtest.h>

namespace enks::stats {
namespace {

using base::UnixTime;
using std::chrono::hours;
using std::chrono::seconds;
using store::AuthorityHour;

constexpr UnixTime kMidnight{seconds(1606003200)};  // 2020-11-22T00:00Z
constexpr hours kDay{24};

AuthorityHour HourWith(UnixTime start, std::int64_t uploads) {
  AuthorityHour hour{start, {}};
  hour.counts.uploads[1] = uploads;
  hour.counts.keys = 14 * uploads;
  return hour;
}

// The keys of each day shown, as "days after kMidnight:keys".
std::string Shown(const std::vector<AuthorityHour>& all, UnixTime now,
                  const ReleaseRules& rules = {}) {
  std::string shown;
  for (const Day& day : Release(all, now, rules)) {
    shown += std::to_string((day.start - kMidnight) / kDay) + ":" +
             std::to_string(day.counts.keys) + " ";
  }
  return shown;
}

TEST(Release, HoursOfADayAreSummed) {
  EXPECT_EQ(Shown({HourWith(kMidnight, 4), HourWith(kMidnight + hours(23), 6)}, kMidnight + kDay),
            "0:140 ");
}

TEST(Release, DaysComeByTimeWhateverTheOrderOfHours) {
  EXPECT_EQ(Shown({HourWith(kMidnight + kDay, 10), HourWith(kMidnight, 11)}, kMidnight + 2 * kDay),
            "0:154 1:140 ");
}

TEST(Release, ADayBelowTheThresholdIsNotShown) {
  EXPECT_EQ(Shown({HourWith(kMidnight, 9)}, kMidnight + kDay), "");
  EXPECT_EQ(Shown({HourWith(kMidnight, 10)}, kMidnight + kDay), "0:140 ");
}

TEST(Release, UploadsOfAllPlatformsCountForTheThreshold) {
  AuthorityHour hour{kMidnight, {}};
  hour.counts.uploads = {3, 3, 4};
  EXPECT_EQ(Release({hour}, kMidnight + kDay, {}).size(), 1U);
}

TEST(Release, ADayIsShownOnceItIsOver) {
  const std::vector<AuthorityHour> all{HourWith(kMidnight, 10)};
  EXPECT_EQ(Shown(all, kMidnight + kDay - seconds(1)), "");
  EXPECT_EQ(Shown(all, kMidnight + kDay), "0:140 ");
}

TEST(Release, TodayIsShownByWholeHoursWhereTheOperatorWantsIt) {
  ReleaseRules rules;
  rules.show_today = true;
  const std::vector<AuthorityHour> all{HourWith(kMidnight, 10), HourWith(kMidnight + hours(1), 1)};
  EXPECT_EQ(Shown(all, kMidnight + hours(1) - seconds(1), rules), "");
  EXPECT_EQ(Shown(all, kMidnight + hours(1), rules), "0:140 ");
  EXPECT_EQ(Shown(all, kMidnight + hours(2) - seconds(1), rules), "0:140 ");
  EXPECT_EQ(Shown(all, kMidnight + hours(2), rules), "0:154 ");
}

TEST(Release, SmallDaysStayHiddenForEverUnlessTheOperatorSaysForHowLong) {
  const std::vector<AuthorityHour> all{HourWith(kMidnight, 1)};
  EXPECT_EQ(Shown(all, kMidnight + 1000 * kDay), "");
  ReleaseRules rules;
  rules.small_days_after = hours(48);
  EXPECT_EQ(Shown(all, kMidnight + kDay + hours(48), rules), "");
  EXPECT_EQ(Shown(all, kMidnight + kDay + hours(48) + seconds(1), rules), "0:14 ");
}

}  // namespace
}  // namespace enks::stats
