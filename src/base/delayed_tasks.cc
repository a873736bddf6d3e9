#include "base/delayed_tasks.h"

#include <sys/prctl.h>

#include <utility>

namespace enks::base {

DelayedTasks::DelayedTasks() : thread_([this] { Loop(); }) {}

DelayedTasks::~DelayedTasks() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void DelayedTasks::Run(std::chrono::nanoseconds delay, Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.emplace(clock_.Monotonic() + delay, std::move(task));
  }
  changed_.notify_one();
}

// An average over the last dozens of tasks; what waited for another task, or came late, is no
// measure of the clock.
void DelayedTasks::NoteLateness(std::chrono::nanoseconds lateness) {
  constexpr std::chrono::microseconds kBelievable{500};
  constexpr int kWeight = 32;
  if (lateness < kBelievable) usual_lateness_ += (lateness - usual_lateness_) / kWeight;
}

void DelayedTasks::Loop() {
  // Linux wakes a thread up to 50 microseconds late to save energy; that would be most of our
  // error.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  std::unique_lock lock(mutex_);
  while (true) {
    if (tasks_.empty()) {
      if (stopping_) return;
      changed_.wait(lock);
      continue;
    }
    const auto first = tasks_.begin();
    const std::chrono::nanoseconds left = first->first - clock_.Monotonic();
    if (!stopping_ && left > usual_lateness_) {
      changed_.wait_for(lock, left - usual_lateness_);
      continue;
    }
    NoteLateness(usual_lateness_ - left);
    Task task = std::move(first->second);
    tasks_.erase(first);
    lock.unlock();
    std::move(task)();
    lock.lock();
  }
}

}  // namespace enks::base
