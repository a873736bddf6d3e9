#include "store/runs/key_record.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "store/runs/testing/uploads.h"

namespace enks::store::runs {
namespace {

using exposure::AcceptedKey;
using exposure::ReportType;

class CheckStorableTest : public ::testing::Test {
 protected:
  bool Accepts(const AcceptedKey& key) { return CheckStorable({key}).ok(); }

  base::SeededRandom random_{1};
  AcceptedKey key_ = testing::MakeKey(random_);
};

TEST_F(CheckStorableTest, AcceptsValuesUpToTheirBoundsAndRefusesThoseBeyond) {
  const auto with = [this](auto member, std::int32_t value) {
    AcceptedKey key = key_;
    key.*member = value;
    return key;
  };
  EXPECT_TRUE(Accepts(with(&AcceptedKey::rolling_period, 1)));
  EXPECT_FALSE(Accepts(with(&AcceptedKey::rolling_period, 0)));
  EXPECT_TRUE(Accepts(with(&AcceptedKey::rolling_period, 144)));
  EXPECT_FALSE(Accepts(with(&AcceptedKey::rolling_period, 145)));
  EXPECT_TRUE(Accepts(with(&AcceptedKey::transmission_risk, 0)));
  EXPECT_FALSE(Accepts(with(&AcceptedKey::transmission_risk, -1)));
  EXPECT_TRUE(Accepts(with(&AcceptedKey::transmission_risk, 8)));
  EXPECT_FALSE(Accepts(with(&AcceptedKey::transmission_risk, 9)));
  EXPECT_TRUE(Accepts(with(&AcceptedKey::days_since_onset, -32767)));
  EXPECT_FALSE(Accepts(with(&AcceptedKey::days_since_onset, -32768)));
  EXPECT_TRUE(Accepts(with(&AcceptedKey::days_since_onset, 32767)));
  EXPECT_FALSE(Accepts(with(&AcceptedKey::days_since_onset, 32768)));
}

TEST_F(CheckStorableTest, RefusesTheSameKeyDataTwice) {
  AcceptedKey other = testing::MakeKey(random_);
  EXPECT_TRUE(CheckStorable({key_, other}).ok());
  other.key = key_.key;
  EXPECT_EQ(CheckStorable({key_, other}).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(CheckStorableTest, AcceptsNoKeysAtAll) {
  EXPECT_TRUE(CheckStorable({}).ok());
}

TEST(RevisedRecord, TakesTheLifeOfTheKeyFromWhatIsStoredAndTheRestFromTheRevision) {
  base::SeededRandom random(1);
  const AcceptedKey first = testing::MakeKey(random);
  AcceptedKey revision = first;
  revision.report_type = ReportType::kConfirmed;
  revision.transmission_risk = 7;
  revision.days_since_onset = 3;
  revision.rolling_start.number += 5;
  revision.rolling_period = 100;
  const KeyRecord record = RevisedRecord(PrimaryRecord(first, 1), revision, 2);
  EXPECT_EQ(record.rolling_start, first.rolling_start);
  EXPECT_EQ(record.rolling_period, first.rolling_period);
  EXPECT_EQ(record.report_type, ReportType::kConfirmed);
  EXPECT_EQ(record.original_report_type, ReportType::kLikely);
  EXPECT_EQ(record.transmission_risk, 7);
  EXPECT_EQ(record.days_since_onset, 3);
  EXPECT_EQ(record.origin_id, 2U);
}

}  // namespace
}  // namespace enks::store::runs
