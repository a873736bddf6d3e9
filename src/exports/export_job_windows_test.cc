#include <gtest/gtest.h>

#include "exports/export_job.h"
#include "exports/testing/run_job.h"
#include "exports/testing/world.h"

// Which windows an export job works on as time passes.
namespace enks::exports {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::kStart;
using testing::RunBoth;
using testing::SmallOptions;
using testing::World;

// Days under a virtual clock, jobs that run late or not at all for a while, configurations of
// different periods, keys under embargo: each key is in exactly one file of each configuration.
TEST(ExportJobWindows, OverDaysEachKeyIsInExactlyOneFileOfEachConfiguration) {
  World world(42);
  std::vector<store::ExportConfig> configs = {world.AddConfig(world.Config("hourly"))};
  for (const auto& [root, period] : {std::pair{"four", hours(4)}, std::pair{"daily", hours(24)}}) {
    auto config = world.Config(root);
    config.period = period;
    configs.push_back(world.AddConfig(config));
  }
  ExportOptions options = SmallOptions();
  options.file_max_records = 60;
  ExportJob job = world.Job(options);
  world.clock.Set(kStart + hours(2));
  RunBoth(job);
  base::UnixTime now = kStart + hours(2);
  for (; now < kStart + hours(60); now += minutes(20)) {
    world.clock.Set(now);
    if (world.random.Below(3) == 0) {
      const bool embargoed = world.random.Below(4) == 0;
      world.Publish(1 + world.random.Below(14),
                    exposure::TruncateTo(now, hours(1)) + hours(embargoed ? 5 : 0));
    }
    if (world.random.Below(4) == 0) RunBoth(job);
  }
  world.clock.Set(kStart + hours(24 * 4));
  RunBoth(job);
  ASSERT_GT(world.published.size(), 30u);
  for (const auto& config : configs) world.ExpectConsistent(config);
}

TEST(ExportJobWindows, CatchesUpAfterALongSilenceWithoutAGap) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  ExportJob job = world.Job(SmallOptions());
  world.clock.Set(kStart + hours(3));
  RunBoth(job);
  world.clock.Set(kStart + hours(3 + 250));
  EXPECT_EQ(job.CreateBatches()->batches_created, 250);
  const auto batches = *world.store->Batches(config.id, {});
  for (std::size_t i = 1; i < batches.size(); ++i) {
    EXPECT_EQ(batches[i].window.start, batches[i - 1].window.end);
  }
}

TEST(ExportJobWindows, OnceStoppedItBeginsNoBatchAndAnotherProcessDoes) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(30));
  ExportJob stopped = world.Job(SmallOptions());
  ASSERT_TRUE(stopped.CreateBatches().ok());
  stopped.Stop();
  EXPECT_EQ(stopped.DoWork()->batches, 0);
  RunBoth(world.Job(SmallOptions()));
  world.ExpectConsistent(config);
}

// A divergence: the reference begins with the last window before its first run.
TEST(ExportJobWindows, KeysReleasedLongBeforeTheFirstRunAreExported) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(30));
  RunBoth(world.Job(SmallOptions()));
  EXPECT_EQ(world.store->Batches(config.id, {})->front().window.start, kStart);
  world.ExpectConsistent(config);
}

TEST(ExportJobWindows, ANewConfigurationReachesBackNoFurtherThanFilesAreKept) {
  World world;
  auto old = world.Config("root");
  old.from = kStart - hours(24 * 400);
  const auto config = world.AddConfig(old);
  ExportJob job = world.Job(SmallOptions());
  ASSERT_TRUE(job.CreateBatches().ok());
  EXPECT_EQ(world.store->Batches(config.id, {})->front().window.start,
            kStart - SmallOptions().file_ttl);
}

}  // namespace
}  // namespace enks::exports
