#pragma once

#include <absl/functional/any_invocable.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "base/clock.h"

namespace enks::base {

// Runs tasks after delays of milliseconds, on one thread of its own, to within a tenth of a
// millisecond where a core is free. Real time passes here even where a test's clock stands still.
// Thread-safe.
class DelayedTasks {
 public:
  using Task = absl::AnyInvocable<void()>;

  DelayedTasks();
  // Runs what is left at once.
  ~DelayedTasks();
  DelayedTasks(const DelayedTasks&) = delete;
  DelayedTasks& operator=(const DelayedTasks&) = delete;

  // Runs `task` once `delay` is over; a task that is due already runs as soon as the thread is
  // free. Tasks must not block, since all of them share the thread.
  void Run(std::chrono::nanoseconds delay, Task task);

 private:
  void Loop();
  void NoteLateness(std::chrono::nanoseconds lateness);

  const SystemClock clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::chrono::nanoseconds, Task> tasks_;  // by time; guarded by mutex_
  // How late the thread wakes as a rule; it is told to wake so much earlier. Guarded by mutex_.
  std::chrono::nanoseconds usual_lateness_{0};
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace enks::base
