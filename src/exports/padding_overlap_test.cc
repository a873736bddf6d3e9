// What can be learnt by comparing the files of several configurations: every intersection and
// difference of files is a union of cells, and each cell is padded as if it were a file.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "exports/testing/faulty_store.h"
#include "exports/testing/world.h"

namespace enks::exports {
namespace {

using std::chrono::hours;
using testing::kStart;
using testing::World;

constexpr std::int64_t kMin = 40;
constexpr std::int64_t kJitter = 10;

ExportOptions Options() {
  ExportOptions options;
  options.file_min_records = kMin;
  options.file_padding_range = kJitter;
  options.file_max_records = 10'000;
  return options;
}

store::Origin Traveler(const std::string& region) {
  store::Origin origin;
  origin.app = "org.example.app";
  origin.regions = {region};
  origin.traveler = true;
  return origin;
}

// The keys that are in the same files.
struct Part {
  std::int64_t real = 0;
  std::int64_t all = 0;
};
using FileNames = std::set<std::string>;

class PaddingOverlapTest : public ::testing::Test {
 protected:
  store::ExportConfig Add(const std::string& root, hours period,
                          std::vector<std::string> input_regions,
                          const std::function<void(store::ExportConfig&)>& change = {}) {
    auto config = world_.Config(root);
    config.period = period;
    config.input_regions = std::move(input_regions);
    if (change) change(config);
    configs_.push_back(world_.AddConfig(config));
    return configs_.back();
  }

  void Run(ExportJob job) {
    const auto created = job.CreateBatches();
    EXPECT_TRUE(created.ok()) << created.status();
    const auto worked = job.DoWork();
    EXPECT_TRUE(worked.ok()) << worked.status();
  }
  void RunAt(base::UnixTime now) {
    world_.clock.Set(now);
    Run(world_.Job(Options()));
  }

  // All that comparing every published file with every other can tell apart.
  std::map<FileNames, Part> Parts() {
    std::map<exposure::KeyData, FileNames> files_with;
    for (const auto& config : configs_) {
      for (const std::string& name : world_.Index(config)) {
        for (const auto& key : world_.ReadObject(config, name).keys) {
          files_with[key.key].insert(name);
        }
      }
    }
    std::set<exposure::KeyData> real;
    for (const auto& upload : world_.published) {
      for (const auto& key : upload.keys) real.insert(key.key);
    }
    std::map<FileNames, Part> parts;
    for (const auto& [key, names] : files_with) {
      ++parts[names].all;
      if (real.contains(key)) ++parts[names].real;
    }
    return parts;
  }

  // No part is smaller or larger than a padded file, so its size says nothing about its real keys.
  void ExpectEveryPartIsPadded(std::size_t parts_expected) {
    const auto parts = Parts();
    EXPECT_EQ(parts.size(), parts_expected);
    for (const auto& [names, part] : parts) {
      EXPECT_GT(part.real, 0) << "in " << names.size() << " files, " << *names.begin();
      EXPECT_GE(part.all, kMin) << "in " << names.size() << " files, " << *names.begin();
      EXPECT_LE(part.all, kMin + kJitter) << "in " << names.size() << " files, " << *names.begin();
    }
  }

  World world_;
  std::vector<store::ExportConfig> configs_;
};

// Batches of windows that end together are worked off in the order of their configurations.
enum class Order { kOuterFirst, kInnerFirst };
class PaddingOrderTest : public PaddingOverlapTest, public ::testing::WithParamInterface<Order> {
 protected:
  void AddBoth(const std::function<void()>& outer, const std::function<void()>& inner) {
    if (GetParam() == Order::kOuterFirst) outer();
    inner();
    if (GetParam() == Order::kInnerFirst) outer();
  }
};
INSTANTIATE_TEST_SUITE_P(BothOrders, PaddingOrderTest,
                         ::testing::Values(Order::kOuterFirst, Order::kInnerFirst));

TEST_P(PaddingOrderTest, AShortWindowInsideALongOneIsPaddedInBoth) {
  AddBoth([&] { Add("long", hours(2), {}); }, [&] { Add("short", hours(1), {}); });
  world_.Publish(10, kStart);
  world_.Publish(7, kStart + hours(1));
  RunAt(kStart + hours(5));
  ExpectEveryPartIsPadded(2);
}

TEST_P(PaddingOrderTest, ARegionInsideANationIsPaddedInBoth) {
  AddBoth([&] { Add("nation", hours(1), {"CA", "US"}); }, [&] { Add("us", hours(1), {"US"}); });
  world_.Publish(12, kStart, "US");
  world_.Publish(10, kStart, "CA");
  RunAt(kStart + hours(3));
  ExpectEveryPartIsPadded(2);
}

TEST_F(PaddingOverlapTest, TheHoursOfADayArePaddedThoughTheDayIsNotOverYet) {
  Add("day", hours(24), {});
  Add("hour", hours(1), {});
  for (const int hour : {0, 1, 5, 22, 23}) world_.Publish(3, kStart + hours(hour));
  for (int hour = 3; hour < 28; ++hour) RunAt(kStart + hours(hour));
  ExpectEveryPartIsPadded(5);
}

TEST_F(PaddingOverlapTest, WindowsThatCrossArePaddedPieceByPiece) {
  Add("three", hours(3), {});
  Add("four", hours(4), {});
  for (int hour = 0; hour < 12; ++hour) world_.Publish(2, kStart + hours(hour));
  for (int hour = 3; hour < 16; ++hour) RunAt(kStart + hours(hour));
  ExpectEveryPartIsPadded(6);
}

TEST_F(PaddingOverlapTest, ALargeRegionDoesNotLeaveASmallOneBare) {
  Add("nation", hours(1), {"CA", "US"});
  Add("us", hours(1), {"US"});
  world_.Publish(500, kStart, "US");
  world_.Publish(4, kStart, "CA");
  RunAt(kStart + hours(3));
  for (const auto& [names, part] : Parts()) {
    EXPECT_TRUE(names.size() == 2 ? part.all == 500 : part.real == 4 && part.all >= kMin);
  }
}

TEST_F(PaddingOverlapTest, RegionsThatShareKeysArePaddedWhereTheyMeet) {
  Add("nation", hours(1), {"CA", "US"});
  Add("us", hours(1), {"US"});
  Add("ca", hours(1), {"CA"});
  world_.Publish(12, kStart, "US");
  world_.Publish(10, kStart, "CA");
  store::Origin both = Traveler("CA");
  both.regions.emplace_back("US");
  world_.Publish(1, kStart, both);
  RunAt(kStart + hours(3));
  ExpectEveryPartIsPadded(3);
}

TEST_F(PaddingOverlapTest, TravelersArePaddedWhereAFileLeavesThemOut) {
  Add("all", hours(1), {});
  Add("residents", hours(1), {}, [](auto& config) { config.only_non_travelers = true; });
  world_.Publish(14, kStart, "US");
  world_.Publish(5, kStart, Traveler("US"));
  RunAt(kStart + hours(3));
  ExpectEveryPartIsPadded(2);
}

TEST_F(PaddingOverlapTest, TravelersFromElsewhereArePaddedWhereAFileTakesThemIn) {
  Add("us", hours(1), {"US"}, [](auto& config) { config.include_travelers = true; });
  Add("ca", hours(1), {"CA"});
  world_.Publish(14, kStart, "US");
  world_.Publish(5, kStart, Traveler("CA"));
  world_.Publish(6, kStart, "CA");
  RunAt(kStart + hours(3));
  ExpectEveryPartIsPadded(3);
}

// Here no key of an input region is selected, only travelers from others.
TEST_F(PaddingOverlapTest, AConfigurationThatExcludesItsOwnRegionsIsPadded) {
  Add("visitors", hours(1), {"US"}, [](auto& config) {
    config.exclude_regions = {"US"};
    config.include_travelers = true;
  });
  world_.Publish(5, kStart, Traveler("CA"));
  world_.Publish(5, kStart, "US");
  RunAt(kStart + hours(3));
  ExpectEveryPartIsPadded(1);
}

TEST_F(PaddingOverlapTest, ARegionWithRevisionsAloneDoesNotShowThatNobodyWasNewlyDiagnosed) {
  Add("nation", hours(1), {"CA", "US"});
  Add("us", hours(1), {"US"});
  const auto upload = world_.Publish(5, kStart, "CA");
  RunAt(kStart + hours(3));
  world_.Publish(5, kStart + hours(3), "US");
  world_.Revise(upload, exposure::ReportType::kConfirmed, kStart + hours(3));
  RunAt(kStart + hours(6));
  std::int64_t without_real = 0;
  for (const auto& [names, part] : Parts()) {
    EXPECT_GE(part.all, kMin);
    if (part.real == 0) ++without_real;
  }
  EXPECT_EQ(without_real, 1) << "the part of CA in the second hour";
}

// Lets a test act between the moment a worker has read the keys and the moment it pads.
class RacedStore final : public testing::FaultyStore {
 public:
  RacedStore(store::Store& store, testing::Faults& none, std::function<void()> interrupt)
      : FaultyStore(store, none), interrupt_(std::move(interrupt)) {}

  Status AddPadding(const store::ExportBatch& batch,
                    const std::vector<store::PaddingKeys>& padding) override {
    if (interrupt_) std::exchange(interrupt_, nullptr)();
    return FaultyStore::AddPadding(batch, padding);
  }

 private:
  std::function<void()> interrupt_;
};

TEST_F(PaddingOverlapTest, TwoWorkersThatPadTheSameKeysLeaveThemPaddedInBothFiles) {
  Add("first", hours(1), {});
  Add("second", hours(1), {});
  world_.Publish(5, kStart);
  world_.clock.Set(kStart + hours(3));
  ASSERT_TRUE(world_.Job(Options()).CreateBatches().ok());
  testing::Faults none(0, testing::Faults::Kind::kAfter);
  RacedStore slow(*world_.store, none, [&] {
    const auto run = world_.Job(Options()).DoWork();
    ASSERT_TRUE(run.ok()) << run.status();
    EXPECT_EQ(run->batches, 1);
  });
  Run(world_.Job(Options(), slow, *world_.objects));
  const auto parts = Parts();
  ASSERT_EQ(parts.size(), 2u);
  for (const auto& [names, part] : parts) {
    if (names.size() == 2) {
      EXPECT_TRUE(part.real == 5 && part.all >= kMin);
    } else {
      EXPECT_EQ(part.real, 0) << "the later padding is known, and useless";
    }
  }
}

// The bound that is left: files that are out cannot be padded again, so a configuration that is
// added later shows in which proportion the real keys of such a file lie in its parts.
TEST_F(PaddingOverlapTest, AConfigurationAddedLaterFindsPaddingInProportionToRealKeys) {
  Add("nation", hours(1), {"CA", "US"});
  world_.Publish(10, kStart, "CA");
  world_.Publish(10, kStart, "US");
  RunAt(kStart + hours(3));
  Add("us", hours(1), {"US"});
  RunAt(kStart + hours(3));
  for (const auto& [names, part] : Parts()) {
    const bool published_later = !names.contains(world_.Index(configs_[0]).at(0));
    if (published_later) {
      EXPECT_EQ(part.real, 0);
    } else {
      EXPECT_EQ(part.real, 10);
      EXPECT_GT(part.all, 13) << "never the real keys alone";
      EXPECT_LT(part.all, 37);
    }
  }
}

}  // namespace
}  // namespace enks::exports
