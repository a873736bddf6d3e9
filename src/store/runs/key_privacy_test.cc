#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "store/runs/run_tables.h"
#include "store/runs/testing/key_writer_fixture.h"

// What the rows show to somebody who holds the database: docs/formats/key-run.md, "What an observer
// can learn".
namespace enks::store::runs {
namespace {

using exposure::KeyData;
using testing::kRelease;
using Engine = StoreLocation::Engine;

class KeyPrivacyTest : public testing::KeyWriterFixture {
 protected:
  // Keys of many phones, a commit each: the worst case, as nobody shares a commit.
  void UploadPhones(int phones) {
    for (int phone = 0; phone < phones; ++phone) {
      const KeyUpload upload = NewUpload();
      for (const auto& key : upload.keys) phone_of_[key.key] = phone;
      ASSERT_TRUE(Store(upload).ok());
    }
  }

  std::map<KeyData, int> phone_of_;
};

INSTANTIATE_TEST_SUITE_P(Engines, KeyPrivacyTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         testing::NameOfEngine);

// How often neighbours in one run are of one phone, and how often they would be in a random order
// of the same keys.
struct Neighbours {
  double seen = 0;
  double by_chance = 0;
};

Neighbours CountNeighbours(const RunView& run, const std::map<KeyData, int>& phone_of) {
  Neighbours neighbours;
  std::map<int, double> keys_of_phone;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const int phone = phone_of.at(run.KeyAt(i));
    keys_of_phone[phone] += 1;
    if (i > 0 && phone_of.at(run.KeyAt(i - 1)) == phone) neighbours.seen += 1;
  }
  for (const auto& [phone, keys] : keys_of_phone) {
    neighbours.by_chance += keys * (keys - 1) / static_cast<double>(run.size());
  }
  return neighbours;
}

TEST_P(KeyPrivacyTest, KeysOfOnePhoneAreNeighboursNoMoreOftenThanByChance) {
  StoreLimits limits;
  limits.run_keys_max = 512;
  Start(limits);
  UploadPhones(200);
  Neighbours all;
  ASSERT_TRUE(VisitAllRuns(*reader_, [&](const RunRow& run) -> Status {
                const Neighbours neighbours = CountNeighbours(run.records, phone_of_);
                all.seen += neighbours.seen;
                all.by_chance += neighbours.by_chance;
                return absl::OkStatus();
              }).ok());
  // The count is nearly Poisson: four standard deviations.
  EXPECT_LE(all.seen, all.by_chance + 4 * std::sqrt(all.by_chance));
  // The bound means something: in the order of arrival 13 of 14 keys follow one of their phone.
  EXPECT_LT(all.by_chance + 4 * std::sqrt(all.by_chance), 0.1 * 200 * 13);
}

TEST_P(KeyPrivacyTest, RecordsOfARunAreInTheOrderOfTheirKeyData) {
  Start();
  UploadPhones(20);
  ASSERT_TRUE(VisitAllRuns(*reader_, [](const RunRow& run) -> Status {
                for (std::size_t i = 1; i < run.records.size(); ++i) {
                  EXPECT_LT(run.records.KeyAt(i - 1), run.records.KeyAt(i));
                }
                return absl::OkStatus();
              }).ok());
}

// However many phones uploaded, the open run of an hour is one row; and once it is full, no row
// holds few keys.
TEST_P(KeyPrivacyTest, NoRowHoldsTheKeysOfOneUploadAlone) {
  StoreLimits limits;
  limits.run_keys_max = 64;
  Start(limits);
  UploadPhones(100);
  ASSERT_TRUE(VisitAllRuns(*reader_, [&](const RunRow& run) -> Status {
                std::map<int, int> phones;
                for (std::size_t i = 0; i < run.records.size(); ++i) {
                  ++phones[phone_of_.at(run.records.KeyAt(i))];
                }
                EXPECT_GE(run.records.size(), 32U);
                EXPECT_GE(phones.size(), 3U);
                return absl::OkStatus();
              }).ok());
}

TEST_P(KeyPrivacyTest, ErrorsAndLogsHoldNoKeyData) {
  Start();
  const KeyUpload upload = NewUpload();
  ASSERT_TRUE(Store(upload).ok());
  Change("UPDATE key_run SET key_count = key_count + 1");
  Change("UPDATE key_state SET change = change + 1");
  const Outcome outcome = Store(upload);
  ASSERT_FALSE(outcome.ok());
  const std::string said = log_.Text() + std::string(outcome.status().message());
  EXPECT_NE(said.find("key_run"), std::string::npos);
  for (const auto& key : upload.keys) {
    EXPECT_EQ(said.find(base::ToHex(key.key.bytes())), std::string::npos);
    EXPECT_EQ(said.find(base::AsText(key.key.bytes())), std::string::npos);
  }
}

}  // namespace
}  // namespace enks::store::runs
