// What a fault at any single step of the export job may leave behind: nothing that the next run
// does not mend.
#include <gtest/gtest.h>

#include <functional>

#include "exports/testing/faulty_file_store.h"
#include "exports/testing/faulty_store.h"
#include "exports/testing/world.h"

namespace enks::exports {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::Faults;
using testing::FaultyFileStore;
using testing::FaultyStore;
using testing::kStart;
using testing::World;

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

// Lets a test act in the middle of an export: before the first object is created.
class InterruptedFileStore final : public FileStore {
 public:
  InterruptedFileStore(FileStore& files, std::function<void()> interrupt)
      : files_(files), interrupt_(std::move(interrupt)) {}

  Result<std::unique_ptr<base::PendingFile>> Create(std::string_view bucket,
                                                    std::string_view name) override {
    if (interrupt_) std::exchange(interrupt_, nullptr)();
    return files_.Create(bucket, name);
  }
  Result<base::Bytes> Read(std::string_view bucket, std::string_view name) override {
    return files_.Read(bucket, name);
  }
  Status Remove(std::string_view bucket, std::string_view name) override {
    return files_.Remove(bucket, name);
  }
  Result<Object> Find(std::string_view bucket, std::string_view name) override {
    return files_.Find(bucket, name);
  }

 private:
  FileStore& files_;
  std::function<void()> interrupt_;
};

TEST(ExportJobFaults, AWorkerThatWasOvertakenReplacesNothing) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  ASSERT_TRUE(world.Job(Options()).CreateBatches().ok());

  base::Bytes published;
  InterruptedFileStore slow_objects(*world.objects, [&] {
    // The slow worker stands still until its lease has run out, and a quick one does the work.
    world.clock.Advance(Options().lease + seconds(1));
    const auto run = world.Job(Options()).DoWork();
    ASSERT_TRUE(run.ok()) << run.status();
    ASSERT_EQ(run->batches, 1);
    published = *world.objects->Read(config.bucket, world.Index(config).at(0));
  });
  const auto slow = world.Job(Options(), *world.store, slow_objects).DoWork();
  EXPECT_TRUE(absl::IsAborted(slow.status())) << slow.status();
  EXPECT_EQ(*world.objects->Read(config.bucket, world.Index(config).at(0)), published)
      << "phones may have seen this file already";
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
  InterruptedFileStore objects(*world.objects, [&] {
    const auto run = world.Job(Options()).DoWork();
    ASSERT_TRUE(run.ok()) << run.status();
    by_other = run->batches;
  });
  const auto run = world.Job(Options(), *world.store, objects).DoWork();
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->batches, 1);
  EXPECT_EQ(by_other, 1);
  world.ExpectConsistent(first);
  world.ExpectConsistent(second);
}

}  // namespace
}  // namespace enks::exports
