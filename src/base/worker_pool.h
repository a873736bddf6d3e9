#pragma once

#include <absl/functional/any_invocable.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace enks::base {

// Threads for work that blocks, so that network threads never do. Bounded: what does not fit in the
// queue is refused at once. Thread-safe. The destructor runs what was accepted, then joins.
class WorkerPool {
 public:
  using Task = absl::AnyInvocable<void()>;

  WorkerPool(std::size_t threads, std::size_t queue_max);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, leaving `task` unrun, when the queue is full.
  bool Submit(Task task);

 private:
  void Run();

  const std::size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> queue_;  // guarded by mutex_
  bool stopping_ = false;   // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace enks::base
