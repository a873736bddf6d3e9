#include "exports/padding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace enks::exports {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::int32_t kDay = 144;
const base::UnixTime kWindowStart{hours(24 * 19000 + 8)};

PackedKey Original(std::int32_t days_ago, std::int32_t onset, exposure::ReportType type,
                   std::uint8_t risk) {
  PackedKey key;
  key.rolling_start = (19000 - days_ago) * kDay;
  key.rolling_period = 144;
  key.transmission_risk = risk;
  key.report_type = type;
  key.days_since_onset = static_cast<std::int8_t>(onset);
  return key;
}

// One person's fortnight: fallen ill four days ago.
PaddingModel OnePerson() {
  PaddingModel model;
  model.window = {kWindowStart, kWindowStart + hours(4)};
  for (std::int32_t days_ago = 1; days_ago <= 14; ++days_ago) {
    model.originals.push_back(
        Original(days_ago, 4 - days_ago, exposure::ReportType::kConfirmed, 2));
  }
  model.shares = {{kWindowStart, 0}, {kWindowStart + hours(2), 14}};
  return model;
}

using Attributes =
    std::tuple<std::int32_t, std::int32_t, std::int32_t, exposure::ReportType, std::int32_t>;
Attributes AttributesOf(const exposure::AcceptedKey& key) {
  return {key.rolling_start.number, key.rolling_period, key.transmission_risk, key.report_type,
          key.days_since_onset};
}

std::int32_t OnsetDayOf(const exposure::AcceptedKey& key) {
  return key.rolling_start.number / kDay - key.days_since_onset;
}

TEST(PaddingCount, FillsUpToTheMinimumPlusAUniformJitter) {
  base::SeededRandom random(1);
  const PaddingLimits limits{1000, 100, 500'000};
  std::set<std::int64_t> totals;
  for (int i = 0; i < 5000; ++i) totals.insert(14 + PaddingCount(14, 3, limits, random));
  EXPECT_EQ(*totals.begin(), 1000);
  EXPECT_EQ(*totals.rbegin(), 1100);
  EXPECT_EQ(totals.size(), 101u);
}

TEST(PaddingCount, TheTotalDoesNotDependOnTheNumberOfRealKeys) {
  const PaddingLimits limits{1000, 100, 500'000};
  for (const std::int64_t real : {1, 2, 500, 999}) {
    base::SeededRandom random(7);
    base::SeededRandom same(7);
    EXPECT_EQ(real + PaddingCount(real, 0, limits, random), 14 + PaddingCount(14, 0, limits, same));
  }
}

TEST(PaddingCount, EmptyWindowsAndLargeOnesAreLeftAlone) {
  base::SeededRandom random(1);
  const PaddingLimits limits{1000, 100, 500'000};
  EXPECT_EQ(PaddingCount(0, 0, limits, random), 0);
  EXPECT_EQ(PaddingCount(1000, 0, limits, random), 0);
  EXPECT_EQ(PaddingCount(5'000'000, 9, limits, random), 0);
  EXPECT_GE(PaddingCount(999, 0, limits, random), 1);
}

TEST(PaddingCount, RevisedKeysNeitherCountNorPreventPadding) {
  base::SeededRandom random(1);
  const PaddingLimits limits{1000, 0, 500'000};
  EXPECT_EQ(PaddingCount(10, 5000, limits, random), 990);
  EXPECT_EQ(PaddingCount(0, 1, limits, random), 1000);
}

TEST(PaddingCount, NeverMakesAFurtherFile) {
  base::SeededRandom random(1);
  EXPECT_EQ(PaddingCount(50, 0, {1000, 100, 100}, random), 50);
  EXPECT_EQ(PaddingCount(150, 20, {1000, 100, 100}, random), 30);
  EXPECT_EQ(PaddingCount(100, 0, {1000, 100, 100}, random), 0);
}

TEST(PaddingCount, AbsurdLimitsAreBounded) {
  base::SeededRandom random(1);
  EXPECT_EQ(PaddingCount(1, 0, {INT64_MAX, -5, INT64_C(1) << 40}, random), kPaddedRecordsMax - 1);
}

TEST(GeneratePadding, KeysAreDistinctPlausibleAndReleasedWhereRealKeysWere) {
  base::SeededRandom random(2);
  const PaddingModel model = OnePerson();
  const auto keys = GeneratePadding(1000, model, random);
  ASSERT_EQ(keys.size(), 1000u);
  std::set<exposure::KeyData> data;
  const std::int32_t window_end = exposure::IntervalAt(model.window.end).number;
  for (const exposure::AcceptedKey& key : keys) {
    data.insert(key.key);
    EXPECT_EQ(key.release_at, kWindowStart + hours(2));
    EXPECT_EQ(key.rolling_start.number % kDay, 0);
    EXPECT_LE(key.rolling_start.number + key.rolling_period, window_end);
    EXPECT_GE(key.rolling_start.number, window_end - 16 * kDay);
    EXPECT_LE(std::abs(key.days_since_onset), 14);
    EXPECT_EQ(key.report_type, exposure::ReportType::kConfirmed);
    EXPECT_EQ(key.transmission_risk, 2);
  }
  EXPECT_EQ(data.size(), keys.size());
}

// What the reference got wrong (E30): there, each tuple of the 14 occurs exactly 72 times.
TEST(GeneratePadding, MultiplicitiesOfAttributesDoNotDivide) {
  base::SeededRandom random(3);
  std::map<Attributes, int> counts;
  for (const auto& key : GeneratePadding(1000, OnePerson(), random)) ++counts[AttributesOf(key)];
  EXPECT_GT(counts.size(), 40u);
  std::set<int> multiplicities;
  for (const auto& [attributes, count] : counts) multiplicities.insert(count);
  EXPECT_GT(multiplicities.size(), 8u);
}

TEST(GeneratePadding, OnePersonLooksLikeSeveralAndTheirNumberVaries) {
  base::SeededRandom random(4);
  std::set<std::size_t> onset_days_seen;
  for (int file = 0; file < 50; ++file) {
    std::set<std::int32_t> onset_days;
    for (const auto& key : GeneratePadding(1000, OnePerson(), random)) {
      onset_days.insert(OnsetDayOf(key));
    }
    EXPECT_GE(onset_days.size(), 2u);
    onset_days_seen.insert(onset_days.size());
  }
  EXPECT_GE(onset_days_seen.size(), 5u);
}

// Whoever knows every real onset day can count the invented ones: their share must not be constant.
TEST(GeneratePadding, TheShareOfInventedKeysIsDrawnForEachFile) {
  base::SeededRandom random(5);
  int least = 1000;
  int most = 0;
  for (int file = 0; file < 200; ++file) {
    int invented = 0;
    for (const auto& key : GeneratePadding(1000, OnePerson(), random)) {
      if (OnsetDayOf(key) != 19000 - 4) ++invented;
    }
    least = std::min(least, invented);
    most = std::max(most, invented);
  }
  EXPECT_LT(least, 300);
  EXPECT_GT(most, 600);
  EXPECT_LT(most, 800) << "a quarter or more must look like real keys to everyone";
}

TEST(GeneratePadding, TypeAndRiskComeInPairsThatOccur) {
  base::SeededRandom random(6);
  PaddingModel model = OnePerson();
  model.originals = {Original(1, 3, exposure::ReportType::kConfirmed, 2),
                     Original(2, 1, exposure::ReportType::kLikely, 4)};
  int confirmed = 0;
  for (const auto& key : GeneratePadding(2000, model, random)) {
    const bool is_confirmed = key.report_type == exposure::ReportType::kConfirmed;
    EXPECT_EQ(key.transmission_risk, is_confirmed ? 2 : 4);
    confirmed += is_confirmed ? 1 : 0;
  }
  EXPECT_NEAR(confirmed, 1000, 150);
}

TEST(GeneratePadding, TheMinuteOfAnUploadIsNotCopiedUnlessTwoShareIt) {
  base::SeededRandom random(8);
  PaddingModel model = OnePerson();
  model.originals = {Original(0, 4, exposure::ReportType::kConfirmed, 2)};
  model.originals[0].rolling_period = 37;
  std::map<std::int32_t, int> alone;
  for (const auto& key : GeneratePadding(500, model, random)) {
    ++alone[key.rolling_period];
    EXPECT_EQ(key.rolling_start.number, model.originals[0].rolling_start);
  }
  EXPECT_GT(alone.size(), 30u);
  EXPECT_LE(alone.rbegin()->first, 72) << "no key may outlive its window";

  model.originals.push_back(model.originals[0]);
  for (const auto& key : GeneratePadding(500, model, random)) EXPECT_EQ(key.rolling_period, 37);
}

TEST(GeneratePadding, ReleaseTimesFollowTheSharesOfRealKeys) {
  base::SeededRandom random(9);
  PaddingModel model = OnePerson();
  model.shares = {{kWindowStart, 1}, {kWindowStart + hours(1), 0}, {kWindowStart + hours(2), 3}};
  std::map<base::UnixTime, int> released;
  for (const auto& key : GeneratePadding(4000, model, random)) ++released[key.release_at];
  EXPECT_EQ(released.size(), 2u);
  EXPECT_NEAR(released[kWindowStart], 1000, 150);
}

TEST(GeneratePadding, AWindowOfRevisionsIsPaddedWithWhatTheyMayHaveBeen) {
  std::vector<PackedKey> revised = {Original(3, 1, exposure::ReportType::kNegative, 6),
                                    Original(2, 1, exposure::ReportType::kConfirmed, 2)};
  const auto originals = AsFirstPublished(revised);
  EXPECT_EQ(originals[0].report_type, exposure::ReportType::kLikely);
  EXPECT_EQ(originals[0].transmission_risk, 4);
  EXPECT_EQ(originals[1].report_type, exposure::ReportType::kConfirmed);
  EXPECT_EQ(originals[1].transmission_risk, 2);
}

TEST(GeneratePadding, OriginalsWithoutOnsetOrFarFromItAreCopiedPlausibly) {
  base::SeededRandom random(10);
  PaddingModel model = OnePerson();
  model.originals = {Original(1, 0, exposure::ReportType::kUnspecified, 0)};
  model.originals[0].days_since_onset = PackedKey::kNoOnset;
  for (const auto& key : GeneratePadding(300, model, random)) {
    EXPECT_LE(std::abs(key.days_since_onset), 15);
  }
}

}  // namespace
}  // namespace enks::exports
