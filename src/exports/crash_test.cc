// What a fault at any single step of the export job may leave behind: nothing that the next run
// does not mend.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <thread>

#include "exports/testing/faulty_file_store.h"
#include "exports/testing/faulty_store.h"
#include "exports/testing/interrupted_file_store.h"
#include "exports/testing/world.h"
#include "store/open.h"
#include "store/testing/scratch_database.h"

namespace enks::exports {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::Faults;
using testing::FaultyFileStore;
using testing::FaultyStore;
using testing::InterruptedFileStore;
using testing::kStart;
using testing::World;
using Moment = InterruptedFileStore::Moment;

ExportOptions Options() {
  ExportOptions options;
  options.file_min_records = 12;
  options.file_padding_range = 0;
  options.file_max_records = 10;  // so that a batch is two files
  return options;
}

// Runs the jobs with a fault at `step`, then again without, and checks what is left. False if the
// jobs have no such step.
bool SurvivesFaultAt(int step, Faults::Kind kind) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  const auto upload = world.Publish(7, kStart);
  world.Revise(upload, exposure::ReportType::kConfirmed, kStart);
  world.clock.Set(kStart + hours(3));

  Faults faults(step, kind);
  FaultyStore store(*world.store, faults);
  FaultyFileStore objects(*world.objects, faults);
  ExportJob faulty = world.Job(Options(), store, objects);
  faulty.CreateBatches().IgnoreError();
  faulty.DoWork().IgnoreError();

  // Another process comes once the leases of the first one have run out.
  world.clock.Advance(Options().lease + seconds(1));
  ExportJob healthy = world.Job(Options());
  EXPECT_TRUE(healthy.CreateBatches().ok());
  const auto mended = healthy.DoWork();
  EXPECT_TRUE(mended.ok()) << mended.status();
  world.ExpectConsistent(config);
  EXPECT_EQ(*world.store->CountKeys(), 12) << "padded once";
  return faults.happened();
}

void WalkThroughAllSteps(Faults::Kind kind) {
  constexpr int kStepsMax = 1000;
  int step = 1;
  while (step < kStepsMax && SurvivesFaultAt(step, kind)) {
    ASSERT_FALSE(::testing::Test::HasFailure()) << "fault at step " << step;
    ++step;
  }
  EXPECT_GT(step, 30) << "the jobs have fewer steps than the test is meant to break";
  EXPECT_LT(step, kStepsMax);
}

TEST(ExportJobFaults, ACallThatFailsAnywhereIsMendedByTheNextRun) {
  WalkThroughAllSteps(Faults::Kind::kBefore);
}

TEST(ExportJobFaults, ACallThatSucceedsButReportsFailureIsMendedByTheNextRun) {
  WalkThroughAllSteps(Faults::Kind::kAfter);
}

TEST(ExportJobFaults, AProcessThatDiesAnywhereIsMendedByAnother) {
  WalkThroughAllSteps(Faults::Kind::kCrash);
}

// Runs the job until `moment`, lets another process take over and finish the batch there, and then
// runs it on. Returns what became of the slow one.
Status RunOvertakenAt(World& world, InterruptedFileStore::Moment moment,
                      const std::function<void()>& overtaken) {
  InterruptedFileStore slow_objects(*world.objects, moment, /*skip=*/0, [&] {
    // The slow worker stands still until its lease has run out, and a quick one does the work.
    world.clock.Advance(Options().lease + seconds(1));
    const auto run = world.Job(Options()).DoWork();
    EXPECT_TRUE(run.ok()) << run.status();
    EXPECT_EQ(run->batches, 1);
    overtaken();
    return absl::OkStatus();
  });
  return world.Job(Options(), *world.store, slow_objects).DoWork().status();
}

TEST(ExportJobFaults, AWorkerThatWasOvertakenReplacesNothing) {
  for (const auto moment : {Moment::kCreate, Moment::kSync}) {
    World world;
    const auto config = world.AddConfig(world.Config("root"));
    world.Publish(14, kStart);
    world.clock.Set(kStart + hours(3));
    ASSERT_TRUE(world.Job(Options()).CreateBatches().ok());

    base::Bytes published;
    const Status slow = RunOvertakenAt(world, moment, [&] {
      published = *world.objects->Read(config.bucket, world.Index(config).at(0));
    });
    EXPECT_TRUE(absl::IsAborted(slow)) << slow;
    EXPECT_EQ(*world.objects->Read(config.bucket, world.Index(config).at(0)), published)
        << "phones may have seen this file already";
    world.ExpectConsistent(config);
  }
}

// What remains (batch_files.h): between the renewal of the lease and the move of the file nothing
// can be asked any more.
TEST(ExportJobFaults, AWorkerThatIsOvertakenAtTheLastMomentReplacesAFileByOneOfTheSameKeys) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  ASSERT_TRUE(world.Job(Options()).CreateBatches().ok());

  exportfile::ExportFileContent published;
  const Status slow = RunOvertakenAt(world, Moment::kCommit, [&] {
    published = world.ReadObject(config, world.Index(config).at(0));
  });
  EXPECT_TRUE(absl::IsAborted(slow)) << slow;
  const auto content = world.ReadObject(config, world.Index(config).at(0));
  EXPECT_EQ(content.keys, published.keys);
  EXPECT_EQ(content.revised_keys, published.revised_keys);
  EXPECT_EQ(content.header.start, published.header.start);
  EXPECT_EQ(content.header.end, published.header.end);
  world.ExpectConsistent(config);
}

TEST(ExportJobFaults, TwoWorkersShareTheBatches) {
  World world;
  const auto first = world.AddConfig(world.Config("first"));
  const auto second = world.AddConfig(world.Config("second"));
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  ASSERT_TRUE(world.Job(Options()).CreateBatches().ok());
  int by_other = 0;
  InterruptedFileStore objects(*world.objects, Moment::kCreate, /*skip=*/0, [&] {
    const auto run = world.Job(Options()).DoWork();
    EXPECT_TRUE(run.ok()) << run.status();
    by_other = run->batches;
    return absl::OkStatus();
  });
  const auto run = world.Job(Options(), *world.store, objects).DoWork();
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->batches, 1);
  EXPECT_EQ(by_other, 1);
  world.ExpectConsistent(first);
  world.ExpectConsistent(second);
}

// Starts an export that dies when it begins its third file.
void DieAtTheThirdFile(World& world, const ExportOptions& options) {
  InterruptedFileStore dying(*world.objects, Moment::kCreate, /*skip=*/2,
                             [] { return absl::UnavailableError("the process is gone"); });
  ASSERT_TRUE(world.Job(options).CreateBatches().ok());
  EXPECT_FALSE(world.Job(options, *world.store, dying).DoWork().ok());
}

TEST(ExportJobFaults, FilesOfAnAttemptThatDiedDoNotStayWhenTheNextHasFewerOrOtherNames) {
  ExportOptions small = Options();
  small.file_min_records = 0;
  small.file_max_records = 4;
  ExportOptions large = small;
  large.file_max_records = 1000;
  ExportOptions renamed = small;
  renamed.reprocess_count = 1;
  for (const ExportOptions& then : {large, renamed}) {
    World world;
    const auto config = world.AddConfig(world.Config("root"));
    const auto other = world.AddConfig(world.Config("root-2"));
    world.Publish(14, kStart);
    world.clock.Set(kStart + hours(3));
    ASSERT_NO_FATAL_FAILURE(DieAtTheThirdFile(world, small));
    ASSERT_EQ(world.Objects(config).size(), 2u);
    const auto healthy = world.Job(then).DoWork();
    ASSERT_TRUE(healthy.ok()) << healthy.status();
    world.ExpectConsistent(config);
    world.ExpectConsistent(other);
  }
}

// Real threads on a real server: what interleaves is up to them.
TEST(ExportJobFaults, WorkersOfTwoProcessesAtOnceExportEachBatchOnce) {
  const store::testing::ScratchDatabase database(store::StoreLocation::Engine::kPostgres);
  World world(/*seed=*/1, database.location());
  std::vector<store::ExportConfig> configs;
  for (const char* root : {"a", "b", "c"}) configs.push_back(world.AddConfig(world.Config(root)));
  for (int hour = 0; hour < 4; ++hour) world.Publish(7, kStart + hours(hour));
  world.clock.Set(kStart + hours(8));
  ASSERT_TRUE(world.Job(Options()).CreateBatches().ok());

  std::array<int, 2> batches = {};
  std::vector<std::thread> processes;
  for (std::uint64_t seed = 0; seed < batches.size(); ++seed) {
    processes.emplace_back([&world, &database, &batches, seed] {
      const auto store = store::OpenStore(database.location(), {}, world.clock, world.log);
      ASSERT_TRUE(store.ok()) << store.status();
      // Not the seed of the world, whose keys would come once more as padding.
      base::SeededRandom random(100 + seed);
      ExportJob job(Options(), **store, *world.keys, *world.objects, world.clock, random,
                    world.log);
      const auto run = job.DoWork();
      // kAborted: the other kept changing an index all the while, which is not a fault.
      EXPECT_TRUE(run.ok() || absl::IsAborted(run.status())) << run.status();
      if (run.ok()) batches[seed] = run->batches;
    });
  }
  for (std::thread& process : processes) process.join();
  EXPECT_TRUE(world.Job(Options()).DoWork().ok());
  for (const auto& config : configs) world.ExpectConsistent(config);
  EXPECT_LE(batches[0] + batches[1], 3 * 6);
}

}  // namespace
}  // namespace enks::exports
