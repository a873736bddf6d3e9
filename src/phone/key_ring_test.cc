#include "phone/key_ring.h"

#include <gtest/gtest.h>

namespace enks::phone {
namespace {

constexpr std::int32_t kMidnight = 2642976;  // 2020-04-02T00:00Z

UnixTime At(std::int32_t interval, int seconds = 0) {
  return exposure::StartOf(Interval{interval}) + std::chrono::seconds(seconds);
}

class KeyRingTest : public testing::Test {
 protected:
  base::SeededRandom random_{1};
  KeyRing ring_{random_};
};

TEST_F(KeyRingTest, KeepsOneKeyFromMidnightToMidnight) {
  const Tek first = ring_.KeyAt(Interval{kMidnight + 30});
  EXPECT_EQ(first.start, Interval{kMidnight});
  EXPECT_EQ(first.period, 144);
  EXPECT_EQ(ring_.KeyAt(Interval{kMidnight + 143}).key, first.key);
}

TEST_F(KeyRingTest, RollsTheKeyInTheFirstIntervalOfTheNextDay) {
  const Tek first = ring_.KeyAt(Interval{kMidnight + 143});
  const Tek second = ring_.KeyAt(Interval{kMidnight + 144});
  EXPECT_NE(second.key, first.key);
  EXPECT_EQ(second.start, Interval{kMidnight + 144});
}

TEST_F(KeyRingTest, LeavesOutDaysOnWhichThePhoneWasOff) {
  ring_.KeyAt(Interval{kMidnight});
  const Tek later = ring_.KeyAt(Interval{kMidnight + 3 * 144 + 5});
  EXPECT_EQ(later.start, Interval{kMidnight + 3 * 144});
  EXPECT_EQ(ring_.Share(At(kMidnight + 4 * 144), TodaysKey::kWhole).size(), 2u);
}

TEST_F(KeyRingTest, SharesNothingOfTodayWhenTodayIsExcluded) {
  ring_.KeyAt(Interval{kMidnight});
  const Tek today = ring_.KeyAt(Interval{kMidnight + 144});
  const auto shared = ring_.Share(At(kMidnight + 150), TodaysKey::kExclude);
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].start, Interval{kMidnight});
  EXPECT_EQ(ring_.KeyAt(Interval{kMidnight + 150}).key, today.key) << "the key stays in use";
}

TEST_F(KeyRingTest, TruncatesTodaysKeyAndRollsAtOnce) {
  const Tek before = ring_.KeyAt(Interval{kMidnight + 60});
  const auto shared = ring_.Share(At(kMidnight + 60, 599), TodaysKey::kTruncate);
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].key, before.key);
  EXPECT_EQ(shared[0].period, 60) << "the current interval is not shared";

  const Tek after = ring_.KeyAt(Interval{kMidnight + 60});
  EXPECT_NE(after.key, before.key);
  EXPECT_EQ(after.start, Interval{kMidnight + 60});
  EXPECT_EQ(after.period, 84) << "up to midnight";
}

TEST_F(KeyRingTest, DoesNotShareATruncatedKeyWithoutAnyInterval) {
  ring_.KeyAt(Interval{kMidnight});
  EXPECT_TRUE(ring_.Share(At(kMidnight, 1), TodaysKey::kTruncate).empty());
  ring_.KeyAt(Interval{kMidnight + 1});
  EXPECT_EQ(ring_.Share(At(kMidnight + 1), TodaysKey::kTruncate).size(), 1u);
}

TEST_F(KeyRingTest, KeepsATruncatedPeriodForLaterUploads) {
  ring_.KeyAt(Interval{kMidnight + 60});
  ring_.Share(At(kMidnight + 60), TodaysKey::kTruncate);
  ring_.KeyAt(Interval{kMidnight + 61});
  const auto shared = ring_.Share(At(kMidnight + 144), TodaysKey::kTruncate);
  ASSERT_EQ(shared.size(), 2u);
  EXPECT_EQ(shared[0].period, 60) << "a revision must name the period as it was published";
  EXPECT_EQ(shared[1].start, Interval{kMidnight + 60});
}

TEST_F(KeyRingTest, SharesTheWholeOfTodaysKeyWhenAsked) {
  ring_.KeyAt(Interval{kMidnight + 5});
  const auto shared = ring_.Share(At(kMidnight + 6), TodaysKey::kWhole);
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].period, 144);
}

TEST_F(KeyRingTest, ForgetsAKeyFourteenDaysAfterItsEnd) {
  ring_.KeyAt(Interval{kMidnight});
  const std::int32_t end = kMidnight + 144;
  ring_.Forget(At(end + 14 * 144 - 1, 599));
  EXPECT_EQ(ring_.Share(At(end + 14 * 144 - 1), TodaysKey::kWhole).size(), 1u);
  EXPECT_TRUE(ring_.Share(At(end + 14 * 144), TodaysKey::kWhole).empty());
}

}  // namespace
}  // namespace enks::phone
