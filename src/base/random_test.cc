#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace enks::base {
namespace {

TEST(Random, TheSameSeedGivesTheSameSequence) {
  SeededRandom a(7), b(7), c(8);
  EXPECT_EQ(a.Next64(), b.Next64());
  EXPECT_EQ(a.Next64(), b.Next64());
  EXPECT_NE(a.Next64(), c.Next64());
}

TEST(Random, BelowStaysInItsBoundAndReachesEveryValue) {
  SeededRandom random(1);
  std::array<int, 6> seen{};
  for (int i = 0; i < 6000; ++i) ++seen.at(static_cast<std::size_t>(random.Below(6)));
  for (const int count : seen) EXPECT_NEAR(count, 1000, 150);
}

TEST(Random, ShuffleKeepsTheItemsAndChangesTheirOrder) {
  SeededRandom random(1);
  std::vector<int> items(100);
  std::iota(items.begin(), items.end(), 0);
  std::vector<int> shuffled = items;
  Shuffle(shuffled, random);
  EXPECT_NE(shuffled, items);
  std::sort(shuffled.begin(), shuffled.end());
  EXPECT_EQ(shuffled, items);
}

TEST(Random, TheSystemSourceFillsEveryByte) {
  SystemRandom random;
  std::vector<std::uint8_t> bytes(100'000, 0);
  random.Fill(bytes);
  EXPECT_NEAR(static_cast<double>(std::count(bytes.begin(), bytes.end(), 0)), 390.6, 150);
}

}  // namespace
}  // namespace enks::base
