#include "server/scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>

#include "base/virtual_clock.h"
#include "server/testing/gate.h"

namespace enks::server {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::Gate;

// Counts the runs of a job; the test waits for one of them.
class Runs {
 public:
  void Note() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  void WaitFor(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ >= count; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;  // guarded by mutex_
};

class SchedulerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Scheduler> Start(std::vector<Scheduler::Job> jobs) {
    return std::make_unique<Scheduler>(std::move(jobs), clock_, random_);
  }
  void Turn(Scheduler& scheduler, seconds by) {
    clock_.Advance(by);
    scheduler.Wake();
  }

  base::VirtualClock clock_{base::UnixTime(seconds(1'700'000'000))};
  base::SeededRandom random_{1};
};

TEST_F(SchedulerTest, ADailyJobRunsSoonAfterTheStartAndThenAgain) {
  Runs runs;
  const auto scheduler = Start({{"daily", hours(24), [&] { runs.Note(); }}});
  Turn(*scheduler, kFirstRunAfter + kFirstRunSpread);
  runs.WaitFor(1);
  // More than one turn: the thread notes the end of a run only after the run was counted.
  while (runs.count() < 3) Turn(*scheduler, hours(24));
}

TEST_F(SchedulerTest, NothingRunsBeforeItIsDue) {
  Runs marker;
  std::atomic<int> early = 0;
  const auto scheduler =
      Start({{"late", hours(24), [&] { ++early; }, FirstRun::kAfterInterval},
             {"marker", seconds(60), [&] { marker.Note(); }, FirstRun::kAfterInterval}});
  Turn(*scheduler, seconds(60));
  marker.WaitFor(1);
  EXPECT_EQ(early, 0);
}

TEST_F(SchedulerTest, AJobWithoutIntervalNeverRuns) {
  Runs marker;
  std::atomic<int> runs = 0;
  const auto scheduler =
      Start({{"off", seconds(0), [&] { ++runs; }}, {"marker", hours(1), [&] { marker.Note(); }}});
  Turn(*scheduler, hours(1000));
  marker.WaitFor(1);
  EXPECT_EQ(runs, 0);
  EXPECT_NE(Start({{"off", seconds(0), [] {}}}), nullptr);
}

TEST_F(SchedulerTest, JobsOfOneSchedulerNeverOverlap) {
  std::atomic<int> running = 0;
  Runs runs;
  const auto job = [&] {
    EXPECT_EQ(++running, 1);
    --running;
    runs.Note();
  };
  const auto scheduler =
      Start({{"a", seconds(1), job}, {"b", seconds(1), job}, {"c", seconds(2), job}});
  while (runs.count() < 100) Turn(*scheduler, seconds(1));
}

TEST_F(SchedulerTest, AJobThatIsDueWaitsForARunningOne) {
  Gate gate;
  Runs runs;
  const auto scheduler =
      Start({{"long", seconds(10), [&] { gate.Pass(); }, FirstRun::kAfterInterval},
             {"short", seconds(20), [&] { runs.Note(); }, FirstRun::kAfterInterval}});
  Turn(*scheduler, seconds(10));
  gate.WaitForArrival();
  Turn(*scheduler, seconds(10));
  EXPECT_EQ(runs.count(), 0);
  gate.Open();
  runs.WaitFor(1);
}

TEST_F(SchedulerTest, ItsEndLetsARunningJobEnd) {
  Gate gate;
  std::atomic<bool> ended = false;
  auto scheduler = Start({{"long", seconds(10),
                           [&] {
                             gate.Pass();
                             ended = true;
                           },
                           FirstRun::kAfterInterval}});
  Turn(*scheduler, seconds(10));
  gate.WaitForArrival();
  const auto stopped = std::async(std::launch::async, [&] { scheduler.reset(); });
  EXPECT_FALSE(ended);
  gate.Open();
  stopped.wait();
  EXPECT_TRUE(ended);
}

TEST_F(SchedulerTest, ItEndsAtOnceWhenNoJobIsDueForALongTime) {
  std::atomic<int> runs = 0;
  Start({{"daily", hours(24), [&] { ++runs; }}}).reset();
  EXPECT_EQ(runs, 0);
}

}  // namespace
}  // namespace enks::server
