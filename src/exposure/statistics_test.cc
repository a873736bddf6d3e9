#include "exposure/statistics.h"

#include <gtest/gtest.h>

namespace enks::exposure {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr UnixTime kNoon{seconds(1606046400)};  // 2020-11-22T12:00Z

TEST(PlatformOf, LooksForWordsInAnyCaseAndInOrder) {
  EXPECT_EQ(PlatformOf("Mozilla/5.0 (ANDROID 11; iPhone)"), Platform::kAndroid);
  EXPECT_EQ(PlatformOf("MyApp/1 iphone"), Platform::kIos);
  EXPECT_EQ(PlatformOf("bluetoothd (unknown version) CFNetwork/1197"), Platform::kIos);
  EXPECT_EQ(PlatformOf("bluetoothd"), Platform::kUnknown);
  EXPECT_EQ(PlatformOf("CFNetwork/1197"), Platform::kUnknown);
  EXPECT_EQ(PlatformOf(""), Platform::kUnknown);
}

class CountUploadTest : public ::testing::Test {
 protected:
  // Adds a key that started so many days before the upload, and what is done with it.
  void AddKey(int days_ago, KeyAction action) {
    AcceptedKey& key = keys_.emplace_back();
    key.rolling_start = IntervalAt(UtcMidnight(kNoon) - days_ago * hours(24));
    decision_.actions.push_back(action);
    if (action == KeyAction::kInsert) ++decision_.inserted;
    if (action == KeyAction::kRevise) ++decision_.revised;
  }
  std::optional<HourCounts> Count() { return CountUpload(facts_, keys_, decision_); }

  UploadFacts facts_{kNoon, Platform::kIos, 3};
  std::vector<AcceptedKey> keys_;
  Decision decision_;
};

TEST_F(CountUploadTest, CountsPlatformKeysAgeAndOnset) {
  AddKey(1, KeyAction::kInsert);
  AddKey(5, KeyAction::kInsert);
  HourCounts expected;
  expected.uploads = {0, 0, 1};
  expected.keys = 2;
  expected.key_ages[5] = 1;
  expected.onset_ages[3] = 1;
  EXPECT_EQ(Count(), expected);
}

TEST_F(CountUploadTest, TheLastBucketsTakeAllThatIsOlder) {
  AddKey(15, KeyAction::kInsert);
  facts_.onset_days_ago = 29;
  EXPECT_EQ(Count()->key_ages[15], 1);
  EXPECT_EQ(Count()->onset_ages[29], 1);
  keys_[0].rolling_start = IntervalAt(UtcMidnight(kNoon) - 16 * hours(24));
  facts_.onset_days_ago = 30;
  EXPECT_EQ(Count()->key_ages[15], 1);
  EXPECT_EQ(Count()->onset_ages[29], 1);
}

TEST_F(CountUploadTest, AKeyOfTodayIsOfAgeZeroAndOneOfTomorrowOfNone) {
  AddKey(0, KeyAction::kInsert);
  EXPECT_EQ(Count()->key_ages[0], 1);
  keys_[0].rolling_start = IntervalAt(UtcMidnight(kNoon) + hours(24));
  EXPECT_EQ(Count()->key_ages, HourCounts().key_ages);
}

TEST_F(CountUploadTest, AnOnsetThatNobodyNamedIsCountedAsMissing) {
  AddKey(1, KeyAction::kInsert);
  facts_.onset_days_ago.reset();
  EXPECT_EQ(Count()->uploads_without_onset, 1);
  EXPECT_EQ(Count()->onset_ages, HourCounts().onset_ages);
}

TEST_F(CountUploadTest, AnUploadThatOnlyRevisesIsInNoDistribution) {
  AddKey(5, KeyAction::kRevise);
  AddKey(6, KeyAction::kKeep);
  HourCounts expected;
  expected.uploads = {0, 0, 1};
  expected.keys = 1;
  expected.uploads_with_revisions = 1;
  EXPECT_EQ(Count(), expected);
}

TEST_F(CountUploadTest, OfAnUploadThatAlsoRevisesTheNewKeysCount) {
  AddKey(9, KeyAction::kRevise);
  AddKey(2, KeyAction::kInsert);
  EXPECT_EQ(Count()->uploads_with_revisions, 1);
  EXPECT_EQ(Count()->keys, 2);
  EXPECT_EQ(Count()->key_ages[2], 1);
  EXPECT_EQ(Count()->onset_ages[3], 1);
}

TEST_F(CountUploadTest, ANegativeResultIsAnUploadWithoutKeys) {
  AddKey(2, KeyAction::kNegative);
  EXPECT_EQ(Count()->AllUploads(), 1);
  EXPECT_EQ(Count()->keys, 0);
  EXPECT_EQ(Count()->key_ages[2], 1);
}

TEST_F(CountUploadTest, WhatChangesNothingOrWasRefusedIsNotCounted) {
  AddKey(2, KeyAction::kKeep);
  AddKey(3, KeyAction::kDrop);
  EXPECT_EQ(Count(), std::nullopt);
  AddKey(2, KeyAction::kInsert);
  decision_.refusal = Refusal::kKeyChanged;
  EXPECT_EQ(Count(), std::nullopt);
}

TEST(HourCounts, AddUpInEveryPart) {
  HourCounts one;
  one.uploads = {1, 2, 3};
  one.keys = 4;
  one.uploads_with_revisions = 5;
  one.uploads_without_onset = 6;
  one.key_ages.fill(7);
  one.onset_ages.fill(8);
  HourCounts two = one;
  two += one;
  HourCounts expected;
  expected.uploads = {2, 4, 6};
  expected.keys = 8;
  expected.uploads_with_revisions = 10;
  expected.uploads_without_onset = 12;
  expected.key_ages.fill(14);
  expected.onset_ages.fill(16);
  EXPECT_EQ(two, expected);
}

}  // namespace
}  // namespace enks::exposure
