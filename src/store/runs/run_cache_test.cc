#include "store/runs/run_cache.h"

#include <gtest/gtest.h>

#include <chrono>

namespace enks::store::runs {
namespace {

RunSlot SlotAt(int hour) {
  return {KeyPass::kPrimary, UnixTime(std::chrono::hours(hour))};
}

StoredRun MakeRun(RunId id, int hour, bool open, std::uint32_t origin_id = 1) {
  KeyRecord record;
  record.rolling_period = 144;
  record.origin_id = origin_id;
  return {id, SlotAt(hour), open, PackedRun::Of({record})};
}

TEST(RunCache, FindsRunsByNumberAndOpenOnesByTheirSlot) {
  RunCache cache(10);
  cache.Put(MakeRun(1, 5, true));
  cache.Put(MakeRun(2, 5, false));
  ASSERT_NE(cache.Find(2), nullptr);
  EXPECT_EQ(cache.Find(2)->id, 2U);
  ASSERT_NE(cache.FindOpen(SlotAt(5)), nullptr);
  EXPECT_EQ(cache.FindOpen(SlotAt(5))->id, 1U);
  EXPECT_EQ(cache.Find(3), nullptr);
  EXPECT_EQ(cache.FindOpen(SlotAt(6)), nullptr);
  EXPECT_EQ(cache.FindOpen({KeyPass::kRevised, SlotAt(5).release_at}), nullptr);
}

TEST(RunCache, ANewerStateOfARunTakesThePlaceOfTheOlder) {
  RunCache cache(10);
  cache.Put(MakeRun(1, 5, true, 1));
  cache.Put(MakeRun(1, 5, false, 2));
  EXPECT_EQ(cache.Find(1)->records.view().At(0).origin_id, 2U);
  EXPECT_EQ(cache.FindOpen(SlotAt(5)), nullptr);
}

TEST(RunCache, TheRunNotUsedForLongestGoesFirst) {
  RunCache cache(2);
  cache.Put(MakeRun(1, 1, true));
  cache.Put(MakeRun(2, 2, true));
  cache.Find(1);
  cache.Put(MakeRun(3, 3, true));
  EXPECT_NE(cache.Find(1), nullptr);
  EXPECT_EQ(cache.Find(2), nullptr);
  EXPECT_EQ(cache.FindOpen(SlotAt(2)), nullptr);
  EXPECT_NE(cache.FindOpen(SlotAt(3)), nullptr);
}

TEST(RunCache, NothingIsFoundAfterClear) {
  RunCache cache(2);
  cache.Put(MakeRun(1, 1, true));
  cache.Clear();
  EXPECT_EQ(cache.Find(1), nullptr);
  EXPECT_EQ(cache.FindOpen(SlotAt(1)), nullptr);
}

}  // namespace
}  // namespace enks::store::runs
