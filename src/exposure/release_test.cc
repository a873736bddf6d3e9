#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "exposure/rules.h"
#include "exposure/testing/sample_keys.h"

namespace enks::exposure {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

UnixTime Midnight() {
  return UnixTime(seconds(std::int64_t{kToday} * 600));
}

TEST(ReleaseTime, IsTheTruncatedTimeOfTheUploadForKeysOutOfUse) {
  EXPECT_EQ(ReleaseTime({kToday - 144}, 144, kNow, {}), Midnight() + hours(10));
  EXPECT_EQ(ReleaseTime({kCurrent - 10}, 10, kNow, {}), Midnight() + hours(10));
}

// The examples of spec/publish.md section 7.
TEST(ReleaseTime, IsAWindowAfterTheEndOfAKeyThatMayBeInUse) {
  EXPECT_EQ(ReleaseTime({kToday}, 144, kNow, {}), Midnight() + hours(25));
  EXPECT_EQ(ReleaseTime({kToday}, 65, kNow, {}), Midnight() + hours(11));
  EXPECT_EQ(ReleaseTime({kCurrent - 10}, 11, kNow, {}), Midnight() + hours(11));
}

TEST(ReleaseTime, KnowsNoEmbargoWhenSameDayKeysAreReleased) {
  UploadRules rules;
  rules.release_same_day_keys = true;
  EXPECT_EQ(ReleaseTime({kToday}, 144, kNow, rules), Midnight() + hours(10));
}

TEST(ReleaseTime, IsAlignedNeverInThePastAndAfterTheEndOfAKeyInUse) {
  EXPECT_TRUE(rc::check("release", [] {
    UploadRules rules;
    rules.truncate_window =
        *rc::gen::element(seconds(60), seconds(900), seconds(3600), seconds(4 * 3600));
    const UnixTime now = kNow + seconds(*rc::gen::inRange(0, 86'400));
    const Interval current = IntervalAt(now);
    const Interval start{current.number - *rc::gen::inRange(0, 300)};
    const std::int32_t period = *rc::gen::inRange(1, 145);
    const UnixTime release = ReleaseTime(start, period, now, rules);
    RC_ASSERT(TruncateTo(release, rules.truncate_window) == release);
    RC_ASSERT(release >= TruncateTo(now, rules.truncate_window));
    const UnixTime end = StartOf({start.number + period});
    const bool in_use = start.number + period > current.number;
    RC_ASSERT(!in_use || release > end);
    RC_ASSERT(!in_use || release <= end + rules.truncate_window);
    RC_ASSERT(in_use || release <= now);
  }));
}

}  // namespace
}  // namespace enks::exposure
