#include "exposure/interval.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>

namespace enks::exposure {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

UnixTime At(std::int64_t unix_seconds) {
  return UnixTime(seconds(unix_seconds));
}

// Times between the years 1 and 4000 or so, most of them odd.
rc::Gen<UnixTime> AnyTime() {
  return rc::gen::map(rc::gen::inRange<std::int64_t>(-62'135'596'800, 64'000'000'000), At);
}

rc::Gen<Interval> AnyInterval() {
  return rc::gen::map(rc::gen::arbitrary<std::int32_t>(),
                      [](std::int32_t number) { return Interval{number}; });
}

TEST(Interval, ContainsItsFirstAndLastSecondOnly) {
  EXPECT_EQ(IntervalAt(At(0)).number, 0);
  EXPECT_EQ(IntervalAt(At(599)).number, 0);
  EXPECT_EQ(IntervalAt(At(600)).number, 1);
  EXPECT_EQ(IntervalAt(At(-1)).number, -1);
  EXPECT_EQ(IntervalAt(At(-600)).number, -1);
  EXPECT_EQ(IntervalAt(At(-601)).number, -2);
  EXPECT_EQ(IntervalAt(At(1'590'000'000)).number, 2'650'000);
}

TEST(Interval, SaturatesAtTheEndsOfThe32BitRange) {
  EXPECT_EQ(IntervalAt(StartOf({kMax})).number, kMax);
  EXPECT_EQ(IntervalAt(StartOf({kMax}) + seconds(600)).number, kMax);
  EXPECT_EQ(IntervalAt(StartOf({kMin})).number, kMin);
  EXPECT_EQ(IntervalAt(StartOf({kMin}) - seconds(1)).number, kMin);
  EXPECT_EQ(IntervalAt(At(std::numeric_limits<std::int64_t>::max())).number, kMax);
  EXPECT_EQ(IntervalAt(At(std::numeric_limits<std::int64_t>::min())).number, kMin);
}

TEST(Interval, StartsAtOrBeforeEveryTimeInIt) {
  EXPECT_TRUE(rc::check("start", [] {
    const UnixTime time = *AnyTime();
    const UnixTime start = StartOf(IntervalAt(time));
    RC_ASSERT(start <= time);
    RC_ASSERT(time < start + kIntervalLength);
  }));
}

TEST(Interval, IsFoundAgainFromItsStart) {
  EXPECT_TRUE(rc::check("round trip", [] {
    const Interval interval = *AnyInterval();
    RC_ASSERT(IntervalAt(StartOf(interval)) == interval);
    RC_ASSERT(IntervalAt(StartOf(interval) + seconds(599)) == interval);
  }));
}

TEST(UtcMidnight, IsTheStartOfTheDay) {
  EXPECT_EQ(UtcMidnight(At(86'399)), At(0));
  EXPECT_EQ(UtcMidnight(At(86'400)), At(86'400));
  EXPECT_EQ(UtcMidnight(At(-1)), At(-86'400));
  EXPECT_TRUE(rc::check("same as truncation to a day", [] {
    const UnixTime time = *AnyTime();
    RC_ASSERT(UtcMidnight(time) == TruncateTo(time, days(1)));
  }));
}

TEST(TruncateTo, LeavesTheTimeAloneWithoutAWindow) {
  EXPECT_EQ(TruncateTo(At(12'345), seconds(0)), At(12'345));
  EXPECT_EQ(TruncateTo(At(12'345), seconds(-5)), At(12'345));
}

TEST(TruncateTo, CountsFromTheYearOne) {
  // 62,135,596,800 mod 11 = 2, so multiples of 11 s lie two seconds before those from 1970.
  EXPECT_EQ(TruncateTo(At(9), seconds(11)), At(9));
  EXPECT_EQ(TruncateTo(At(8), seconds(11)), At(-2));
  EXPECT_EQ(TruncateTo(At(-2), seconds(11)), At(-2));
  EXPECT_EQ(TruncateTo(At(-3), seconds(11)), At(-13));
  EXPECT_EQ(TruncateTo(At(3'600), hours(1)), At(3'600));
  EXPECT_EQ(TruncateTo(At(3'599), hours(1)), At(0));
  // 1970-01-01 was a Thursday and 0001-01-01 a Monday: weeks begin on Mondays.
  EXPECT_EQ(TruncateTo(At(0), days(7)), At(-3 * 86'400));
}

TEST(TruncateTo, IsTheNewestMultipleThatIsNotLater) {
  EXPECT_TRUE(rc::check("truncation", [] {
    const UnixTime time = *AnyTime();
    const seconds window(*rc::gen::inRange<std::int64_t>(1, 40 * 86'400));
    const UnixTime cut = TruncateTo(time, window);
    RC_ASSERT(cut <= time);
    RC_ASSERT(time < cut + window);
    RC_ASSERT((cut - At(-62'135'596'800)) % window == seconds(0));
    RC_ASSERT(TruncateTo(cut, window) == cut);
    RC_ASSERT(TruncateTo(cut + window, window) == cut + window);
    RC_ASSERT(TruncateTo(cut - seconds(1), window) == cut - window);
  }));
}

TEST(TruncateTo, IsTheSameFrom1970ForWindowsThatDivideADay) {
  EXPECT_TRUE(rc::check("alignment", [] {
    const UnixTime time = *AnyTime();
    const seconds window = *rc::gen::element(seconds(1), seconds(60), seconds(900), seconds(3600),
                                             seconds(4 * 3600), seconds(86'400));
    RC_ASSERT(TruncateTo(time, window).time_since_epoch() % window == seconds(0));
  }));
}

TEST(DaysBetween, CountsUtcDaysWhateverTheTimeOfDay) {
  EXPECT_EQ(DaysBetween({0}, {143}), 0);
  EXPECT_EQ(DaysBetween({0}, {144}), 1);
  EXPECT_EQ(DaysBetween({143}, {144}), 1);
  EXPECT_EQ(DaysBetween({144}, {143}), -1);
  EXPECT_EQ(DaysBetween({0}, {-1}), -1);
  EXPECT_EQ(DaysBetween({143}, {288}), 2);
}

TEST(DaysBetween, IsAntisymmetricAndAddsUp) {
  EXPECT_TRUE(rc::check("group", [] {
    const Interval a = *AnyInterval();
    const Interval b = *AnyInterval();
    const Interval c = *AnyInterval();
    RC_ASSERT(DaysBetween(a, a) == 0);
    RC_ASSERT(DaysBetween(a, b) == -DaysBetween(b, a));
    RC_ASSERT(DaysBetween(a, b) + DaysBetween(b, c) == DaysBetween(a, c));
    const auto exact = StartOf(b) - StartOf(a);
    RC_ASSERT(days(DaysBetween(a, b)) - exact < days(1));
    RC_ASSERT(exact - days(DaysBetween(a, b)) < days(1));
  }));
}

}  // namespace
}  // namespace enks::exposure
