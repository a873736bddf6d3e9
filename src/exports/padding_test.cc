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

PackedKey MakeKey(std::int32_t days_ago, std::int32_t onset, exposure::ReportType type,
                  std::uint8_t risk) {
  PackedKey key;
  key.rolling_start = (19000 - days_ago) * kDay;
  key.rolling_period = 144;
  key.transmission_risk = risk;
  key.report_type = type;
  key.days_since_onset = static_cast<std::int8_t>(onset);
  return key;
}

// The real keys of one cell.
struct RealKeys {
  std::vector<Original> originals;
  std::vector<KeyGroup> groups;
  PaddingModel Model() const { return {originals, groups}; }
};

KeyGroup ReleasedAfter(hours time) {
  return {.regions = {"US"}, .traveler = false, .release_at = kWindowStart + time};
}

// One person's fortnight: fallen ill four days ago.
RealKeys OnePerson() {
  RealKeys real;
  for (std::int32_t days_ago = 1; days_ago <= 14; ++days_ago) {
    const auto key = MakeKey(days_ago, 4 - days_ago, exposure::ReportType::kConfirmed, 2);
    real.originals.push_back({key, 0});
  }
  real.groups = {ReleasedAfter(hours(2))};
  return real;
}

std::vector<exposure::AcceptedKey> Generate(std::int64_t count, const RealKeys& real,
                                            base::Random& random) {
  std::vector<exposure::AcceptedKey> keys;
  for (const GeneratedKey& made : GeneratePadding(count, real.Model(), random)) {
    keys.push_back(made.key);
  }
  return keys;
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
  const PaddingLimits limits{1000, 100};
  std::set<std::int64_t> totals;
  for (int i = 0; i < 5000; ++i) totals.insert(14 + PaddingCount(14, 1, limits, random));
  EXPECT_EQ(*totals.begin(), 1000);
  EXPECT_EQ(*totals.rbegin(), 1100);
  EXPECT_EQ(totals.size(), 101u);
}

TEST(PaddingCount, TheTotalDoesNotDependOnTheNumberOfRealKeys) {
  const PaddingLimits limits{1000, 100};
  for (const std::int64_t real : {1, 2, 500, 999}) {
    base::SeededRandom random(7);
    base::SeededRandom same(7);
    EXPECT_EQ(real + PaddingCount(real, 1, limits, random), 14 + PaddingCount(14, 1, limits, same));
  }
}

TEST(PaddingCount, LargeCellsAreLeftAlone) {
  base::SeededRandom random(1);
  const PaddingLimits limits{1000, 100};
  EXPECT_EQ(PaddingCount(1000, 1, limits, random), 0);
  EXPECT_EQ(PaddingCount(5'000'000, 1, limits, random), 0);
  EXPECT_GE(PaddingCount(999, 1, limits, random), 1);
  EXPECT_EQ(PaddingCount(0, 1, {0, 0}, random), 0);
}

TEST(PaddingCount, ACellOfRevisionsAloneIsFilledFromNothing) {
  base::SeededRandom random(1);
  EXPECT_EQ(PaddingCount(0, 1, {1000, 0}, random), 1000);
}

TEST(PaddingCount, AbsurdLimitsAndNumbersOfCellsAreBounded) {
  base::SeededRandom random(1);
  EXPECT_EQ(PaddingCount(1, 1, {INT64_MAX, -5}, random), kPaddedRecordsMax - 1);
  EXPECT_EQ(PaddingCount(1, 1, {-5, 0}, random), 0);
  EXPECT_LE(PaddingCount(1, 10, {1000, INT64_MAX}, random), 1000 + kPaddedRecordsMax / 10);
  EXPECT_EQ(PaddingCount(1, 4000, {1000, 0}, random), kPaddedRecordsMax / 4000 - 1);
}

TEST(GeneratePadding, KeysAreDistinctPlausibleAndReleasedWhereRealKeysWere) {
  base::SeededRandom random(2);
  const RealKeys real = OnePerson();
  const auto keys = Generate(1000, real, random);
  ASSERT_EQ(keys.size(), 1000u);
  std::set<exposure::KeyData> data;
  const std::int32_t released = exposure::IntervalAt(kWindowStart + hours(2)).number;
  for (const exposure::AcceptedKey& key : keys) {
    data.insert(key.key);
    EXPECT_EQ(key.release_at, kWindowStart + hours(2));
    EXPECT_EQ(key.rolling_start.number % kDay, 0);
    EXPECT_LE(key.rolling_start.number + key.rolling_period, released);
    EXPECT_GE(key.rolling_start.number, released - 16 * kDay);
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
  for (const auto& key : Generate(1000, OnePerson(), random)) ++counts[AttributesOf(key)];
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
    for (const auto& key : Generate(1000, OnePerson(), random)) {
      onset_days.insert(OnsetDayOf(key));
    }
    EXPECT_GE(onset_days.size(), 2u);
    onset_days_seen.insert(onset_days.size());
  }
  EXPECT_GE(onset_days_seen.size(), 5u);
}

// Whoever knows every real onset day can count the invented ones: their share must not be constant.
TEST(GeneratePadding, TheShareOfInventedKeysIsDrawnForEachCell) {
  base::SeededRandom random(5);
  int least = 1000;
  int most = 0;
  for (int file = 0; file < 200; ++file) {
    int invented = 0;
    for (const auto& key : Generate(1000, OnePerson(), random)) {
      if (OnsetDayOf(key) != 19000 - 4) ++invented;
    }
    least = std::min(least, invented);
    most = std::max(most, invented);
  }
  EXPECT_LT(least, 350);
  EXPECT_GT(most, 600);
  EXPECT_LT(most, 800) << "a quarter or more must look like real keys to everyone";
}

TEST(GeneratePadding, TypeAndRiskComeInPairsThatOccur) {
  base::SeededRandom random(6);
  RealKeys real = OnePerson();
  real.originals = {{MakeKey(1, 3, exposure::ReportType::kConfirmed, 2), 0},
                    {MakeKey(2, 1, exposure::ReportType::kLikely, 4), 0}};
  int confirmed = 0;
  for (const auto& key : Generate(2000, real, random)) {
    const bool is_confirmed = key.report_type == exposure::ReportType::kConfirmed;
    EXPECT_EQ(key.transmission_risk, is_confirmed ? 2 : 4);
    confirmed += is_confirmed ? 1 : 0;
  }
  EXPECT_NEAR(confirmed, 1000, 150);
}

TEST(GeneratePadding, TheMinuteOfAnUploadIsNotCopiedUnlessTwoShareIt) {
  base::SeededRandom random(8);
  RealKeys real = OnePerson();
  real.originals = {{MakeKey(0, 4, exposure::ReportType::kConfirmed, 2), 0}};
  real.originals[0].key.rolling_period = 37;
  std::map<std::int32_t, int> alone;
  for (const auto& key : Generate(500, real, random)) {
    ++alone[key.rolling_period];
    EXPECT_EQ(key.rolling_start.number, real.originals[0].key.rolling_start);
  }
  EXPECT_GT(alone.size(), 30u);
  EXPECT_LE(alone.rbegin()->first, 60) << "no key is released before it has expired";

  real.originals.push_back(real.originals[0]);
  for (const auto& key : Generate(500, real, random)) EXPECT_EQ(key.rolling_period, 37);
}

// A configuration that is added later may cut the cell: every piece must find its share.
TEST(GeneratePadding, GroupsFollowTheSharesOfRealKeysAndKeepTheirPairs) {
  base::SeededRandom random(9);
  RealKeys real;
  const auto likely = MakeKey(1, 3, exposure::ReportType::kLikely, 4);
  const auto confirmed = MakeKey(2, 1, exposure::ReportType::kConfirmed, 2);
  real.groups = {ReleasedAfter(hours(0)), ReleasedAfter(hours(1)), ReleasedAfter(hours(2))};
  real.originals = {{likely, 0}, {confirmed, 2}, {confirmed, 2}, {confirmed, 2}};
  std::map<std::uint32_t, int> made_for;
  for (const GeneratedKey& made : GeneratePadding(4000, real.Model(), random)) {
    ++made_for[made.group];
    EXPECT_EQ(made.key.release_at, real.groups[made.group].release_at);
    EXPECT_EQ(made.key.transmission_risk, made.group == 0 ? 4 : 2);
  }
  EXPECT_EQ(made_for.size(), 2u);
  EXPECT_NEAR(made_for[0], 1000, 150);
}

// The day of a key that was released late must not be lent to one that was released early.
TEST(GeneratePadding, NoKeyIsReleasedBeforeItHasExpired) {
  base::SeededRandom random(11);
  RealKeys real;
  const auto yesterday = MakeKey(1, 3, exposure::ReportType::kConfirmed, 2);
  const auto today = MakeKey(0, 4, exposure::ReportType::kConfirmed, 2);
  real.groups = {ReleasedAfter(hours(2)), ReleasedAfter(hours(17))};
  real.originals = {{yesterday, 0}, {today, 1}};
  for (const GeneratedKey& made : GeneratePadding(2000, real.Model(), random)) {
    const auto released = exposure::IntervalAt(made.key.release_at);
    EXPECT_LE(made.key.rolling_start.number + made.key.rolling_period, released.number);
  }
}

TEST(GeneratePadding, ARevisedKeyIsAModelForWhatItMayHaveBeen) {
  const auto first = AsFirstPublished(MakeKey(3, 1, exposure::ReportType::kNegative, 6));
  EXPECT_EQ(first.report_type, exposure::ReportType::kLikely);
  EXPECT_EQ(first.transmission_risk, 4);
  const auto same = AsFirstPublished(MakeKey(2, 1, exposure::ReportType::kConfirmed, 2));
  EXPECT_EQ(same.report_type, exposure::ReportType::kConfirmed);
  EXPECT_EQ(same.transmission_risk, 2);
}

TEST(GeneratePadding, OriginalsWithoutOnsetOrFarFromItAreCopiedPlausibly) {
  base::SeededRandom random(10);
  RealKeys real = OnePerson();
  real.originals = {{MakeKey(1, 0, exposure::ReportType::kUnspecified, 0), 0}};
  real.originals[0].key.days_since_onset = PackedKey::kNoOnset;
  for (const auto& key : Generate(300, real, random)) {
    EXPECT_LE(std::abs(key.days_since_onset), 15);
  }
}

}  // namespace
}  // namespace enks::exports
