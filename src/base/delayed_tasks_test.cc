#include "base/delayed_tasks.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"

namespace enks::base {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(DelayedTasks, ATaskRunsWhenItsDelayIsOver) {
  const SystemClock clock;
  DelayedTasks tasks;
  std::promise<std::chrono::nanoseconds> ran;
  const auto start = clock.Monotonic();
  tasks.Run(milliseconds(20), [&] { ran.set_value(clock.Monotonic()); });
  // It may come early by what the thread usually wakes too late.
  EXPECT_GE(ran.get_future().get() - start, milliseconds(19));
}

TEST(DelayedTasks, TasksRunByTimeWhateverTheOrderTheyCameIn) {
  DelayedTasks tasks;
  std::string order;
  std::promise<void> done;
  tasks.Run(milliseconds(60), [&] {
    order += "3";
    done.set_value();
  });
  tasks.Run(milliseconds(30), [&] { order += "2"; });
  tasks.Run(milliseconds(0), [&] { order += "1"; });
  done.get_future().wait();
  EXPECT_EQ(order, "123");
}

TEST(DelayedTasks, WhatIsLeftRunsAtOnceWhenItGoes) {
  int ran = 0;
  auto tasks = std::make_unique<DelayedTasks>();
  for (int i = 0; i < 5; ++i) tasks->Run(hours(1), [&ran] { ++ran; });
  tasks.reset();
  EXPECT_EQ(ran, 5);
}

TEST(DelayedTasks, ATaskMayAskForAnother) {
  std::promise<void> done;
  DelayedTasks tasks;
  tasks.Run(milliseconds(1), [&] { tasks.Run(milliseconds(1), [&] { done.set_value(); }); });
  done.get_future().wait();
}

}  // namespace
}  // namespace enks::base
