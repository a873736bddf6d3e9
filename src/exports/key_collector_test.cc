#include "exports/key_collector.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "exports/testing/faulty_store.h"
#include "exports/testing/world.h"

namespace enks::exports {
namespace {

using std::chrono::hours;
using testing::kStart;
using testing::World;

constexpr exposure::Window kWindow{kStart, kStart + hours(1)};

exposure::KeySelection SelectUs() {
  exposure::KeySelection selection;
  selection.include_regions = {"US"};
  return selection;
}

std::vector<exposure::KeyData> Visited(KeyCollector& collector) {
  std::vector<exposure::KeyData> visited;
  const Status status = collector.ForEachSorted([&](const PackedKey& key) {
    visited.push_back(key.key);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return visited;
}

class KeyCollectorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int upload = 0; upload < 50; ++upload) {
      for (const auto& key : world_.Publish(20, kStart).keys) expected_.push_back(key.key);
    }
    std::sort(expected_.begin(), expected_.end());
  }

  World world_;
  std::vector<exposure::KeyData> expected_;
};

TEST_F(KeyCollectorTest, KeysComeSortedWhetherOrNotTheyFitInMemory) {
  for (const std::size_t memory : {1, 10, 100, 999, 1000, 1001}) {
    KeyCollector collector(*world_.store, kWindow, store::KeyPass::kPrimary, SelectUs(), memory);
    ASSERT_TRUE(collector.Load().ok());
    EXPECT_EQ(collector.count(), 1000);
    EXPECT_EQ(collector.unusable(), 0);
    EXPECT_EQ(Visited(collector), expected_) << memory;
    EXPECT_EQ(Visited(collector), expected_) << "a second time, " << memory;
  }
}

TEST_F(KeyCollectorTest, TheFirstReadHoldsWhatFitsAndIsNotWasted) {
  testing::Faults no_faults(0, testing::Faults::Kind::kAfter);
  testing::FaultyStore store(*world_.store, no_faults);
  KeyCollector collector(store, kWindow, store::KeyPass::kPrimary, SelectUs(), 300);
  ASSERT_TRUE(collector.Load().ok());
  Visited(collector);
  EXPECT_LE(no_faults.calls(), 4) << "a read for each 300 of 1000 keys";
}

TEST_F(KeyCollectorTest, AWitnessSeesEachKeyOnceWithItsOriginAndReleaseTime) {
  KeyCollector collector(*world_.store, kWindow, store::KeyPass::kPrimary, SelectUs(), 100);
  std::vector<exposure::KeyData> seen;
  const auto witness = [&](const store::ExportedKey& key, const PackedKey& packed) {
    EXPECT_EQ(key.origin->regions, std::vector<std::string>{"US"});
    EXPECT_EQ(key.release_at, kStart);
    seen.push_back(packed.key);
  };
  ASSERT_TRUE(collector.Load(witness).ok());
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen, expected_);
}

TEST_F(KeyCollectorTest, AnEmptySelectionVisitsNothing) {
  exposure::KeySelection selection;
  selection.include_regions = {"CA"};
  KeyCollector collector(*world_.store, kWindow, store::KeyPass::kPrimary, selection, 10);
  ASSERT_TRUE(collector.Load().ok());
  EXPECT_EQ(collector.count(), 0);
  EXPECT_TRUE(Visited(collector).empty());
}

TEST_F(KeyCollectorTest, KeysThatAppearBetweenTheReadsAreNoticed) {
  KeyCollector collector(*world_.store, kWindow, store::KeyPass::kPrimary, SelectUs(), 100);
  ASSERT_TRUE(collector.Load().ok());
  world_.Publish(20, kStart);
  const Status status = collector.ForEachSorted([](const PackedKey&) { return absl::OkStatus(); });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
}

TEST_F(KeyCollectorTest, AFailingVisitorStopsTheRead) {
  for (const std::size_t memory : {100, 10'000}) {
    KeyCollector collector(*world_.store, kWindow, store::KeyPass::kPrimary, SelectUs(), memory);
    ASSERT_TRUE(collector.Load().ok());
    int visits = 0;
    const Status status = collector.ForEachSorted([&](const PackedKey&) {
      return ++visits < 3 ? absl::OkStatus() : absl::UnavailableError("full");
    });
    EXPECT_TRUE(absl::IsUnavailable(status));
    EXPECT_EQ(visits, 3);
  }
}

TEST(PackedKey, ValuesThatFitAreKeptAndOthersRefused) {
  store::ExportedKey key;
  key.rolling_start = exposure::Interval{2'700'000};
  key.rolling_period = 144;
  key.transmission_risk = 8;
  key.report_type = exposure::ReportType::kLikely;
  key.days_since_onset = -14;
  ASSERT_TRUE(Pack(key).has_value());
  const exportfile::WireKey wire = ToWireKey(*Pack(key));
  EXPECT_EQ(wire.rolling_start, key.rolling_start);
  EXPECT_EQ(wire.rolling_period, 144);
  EXPECT_EQ(wire.transmission_risk, 8);
  EXPECT_EQ(wire.report_type, exportfile::WireReportType::kConfirmedClinicalDiagnosis);
  EXPECT_EQ(wire.days_since_onset, -14);

  key.days_since_onset.reset();
  EXPECT_EQ(ToWireKey(*Pack(key)).days_since_onset, std::nullopt);
  for (const std::int32_t onset : {-128, 128}) {
    key.days_since_onset = onset;
    EXPECT_FALSE(Pack(key).has_value()) << onset;
  }
  key.days_since_onset = 127;
  EXPECT_TRUE(Pack(key).has_value());
  for (const std::int32_t value : {-1, 256}) {
    store::ExportedKey bad = key;
    bad.rolling_period = value;
    EXPECT_FALSE(Pack(bad).has_value());
    bad = key;
    bad.transmission_risk = value;
    EXPECT_FALSE(Pack(bad).has_value());
  }
}

}  // namespace
}  // namespace enks::exports
