#include "publish/answer_profile.h"

#include <gtest/gtest.h>

#include <set>

namespace enks::publish {
namespace {

using std::chrono::microseconds;

constexpr AnswerSample kUsual{30, microseconds(7)};

TEST(AnswerProfile, IsTheUsualAnswerBeforeTheFirstOne) {
  base::SeededRandom random(1);
  const AnswerSample drawn = AnswerProfile(kUsual).Draw(random);
  EXPECT_EQ(drawn.bytes, kUsual.bytes);
  EXPECT_EQ(drawn.latency, kUsual.latency);
}

TEST(AnswerProfile, DrawsWholeSamplesFromTheNewestHundred) {
  base::SeededRandom random(1);
  AnswerProfile profile(kUsual);
  for (std::size_t i = 0; i < 150; ++i) {
    profile.Note({1000 + i, microseconds(static_cast<std::int64_t>(i))});
  }
  std::set<std::size_t> seen;
  for (int i = 0; i < 5000; ++i) {
    const AnswerSample drawn = profile.Draw(random);
    EXPECT_EQ(drawn.latency, microseconds(static_cast<std::int64_t>(drawn.bytes) - 1000));
    seen.insert(drawn.bytes);
  }
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ(*seen.begin(), 1050U);
  EXPECT_EQ(*seen.rbegin(), 1149U);
}

}  // namespace
}  // namespace enks::publish
