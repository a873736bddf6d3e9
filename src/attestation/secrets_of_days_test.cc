#include "attestation/secrets_of_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attestation/testing/memory_records.h"

namespace enks::attestation {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using ::testing::SizeIs;

constexpr std::int64_t kToday = 18'588;
constexpr base::UnixTime kMidnight{days(kToday)};

class SecretsOfDaysTest : public ::testing::Test {
 protected:
  testing::MemoryRecords records_;
  base::SeededRandom random_{1};
  base::SeededRandom other_random_{2};
  SecretsOfDays secrets_{records_, random_};
  SecretsOfDays others_{records_, other_random_};  // another process
};

TEST_F(SecretsOfDaysTest, ADayBeginsAtMidnight) {
  EXPECT_EQ(DayOf(kMidnight - seconds(1)), kToday - 1);
  EXPECT_EQ(DayOf(kMidnight), kToday);
  EXPECT_EQ(DayOf(base::UnixTime(seconds(-1))), -1);
}

TEST_F(SecretsOfDaysTest, ThereAreNoneBeforeTheyWereRead) {
  EXPECT_THAT(secrets_.Current(kMidnight), SizeIs(0));
}

TEST_F(SecretsOfDaysTest, AreThoseOfTheDayAndTheDayBefore) {
  ASSERT_TRUE(secrets_.Refresh(kMidnight).ok());
  const auto current = secrets_.Current(kMidnight);
  ASSERT_THAT(current, SizeIs(2));
  ASSERT_TRUE(current.contains(kToday - 1) && current.contains(kToday));
  EXPECT_NE(current.at(kToday - 1), current.at(kToday));
  EXPECT_THAT(current.at(kToday), SizeIs(32));
}

TEST_F(SecretsOfDaysTest, AreTheSameInAllProcesses) {
  ASSERT_TRUE(secrets_.Refresh(kMidnight).ok());
  ASSERT_TRUE(others_.Refresh(kMidnight).ok());
  EXPECT_EQ(secrets_.Current(kMidnight), others_.Current(kMidnight));
}

TEST_F(SecretsOfDaysTest, AProcessAheadOfMidnightSharesOneWithAProcessBehindIt) {
  ASSERT_TRUE(secrets_.Refresh(kMidnight - seconds(1)).ok());
  ASSERT_TRUE(others_.Refresh(kMidnight).ok());
  const auto before = secrets_.Current(kMidnight - seconds(1));
  const auto after = others_.Current(kMidnight);
  EXPECT_EQ(before.at(kToday - 1), after.at(kToday - 1));
  EXPECT_FALSE(before.contains(kToday));
  EXPECT_FALSE(after.contains(kToday - 2));
}

// The refresh of a minute ago has read it already.
TEST_F(SecretsOfDaysTest, TheNextDayIsThereAtMidnight) {
  ASSERT_TRUE(secrets_.Refresh(kMidnight - hours(24)).ok());
  records_.is_down = true;
  EXPECT_TRUE(secrets_.Current(kMidnight).contains(kToday));
  EXPECT_FALSE(secrets_.Current(kMidnight + hours(24)).contains(kToday + 1));
}

TEST_F(SecretsOfDaysTest, AreReadOnce) {
  ASSERT_TRUE(secrets_.Refresh(kMidnight).ok());
  EXPECT_EQ(records_.secret_calls, 3);
  ASSERT_TRUE(secrets_.Refresh(kMidnight + hours(23)).ok());
  EXPECT_EQ(records_.secret_calls, 3);
  ASSERT_TRUE(secrets_.Refresh(kMidnight + hours(24)).ok());
  EXPECT_EQ(records_.secret_calls, 4);
}

TEST_F(SecretsOfDaysTest, AreGoneWithTheirUse) {
  ASSERT_TRUE(secrets_.Refresh(kMidnight).ok());
  ASSERT_TRUE(secrets_.Refresh(kMidnight + hours(24)).ok());
  EXPECT_TRUE(secrets_.Current(kMidnight + hours(24)).contains(kToday));
  EXPECT_FALSE(secrets_.Current(kMidnight).contains(kToday - 1));
}

TEST_F(SecretsOfDaysTest, WhatWasReadStaysWhenTheDatabaseFails) {
  records_.is_down = true;
  EXPECT_TRUE(absl::IsUnavailable(secrets_.Refresh(kMidnight)));
  EXPECT_THAT(secrets_.Current(kMidnight), SizeIs(0));
  records_.is_down = false;
  ASSERT_TRUE(secrets_.Refresh(kMidnight).ok());
  records_.is_down = true;
  EXPECT_FALSE(secrets_.Refresh(kMidnight + hours(24)).ok());
  EXPECT_THAT(secrets_.Current(kMidnight + hours(24)), SizeIs(2));
}

}  // namespace
}  // namespace enks::attestation
