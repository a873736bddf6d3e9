#include "server/scheduler.h"

#include <algorithm>
#include <utility>

namespace enks::server {

Scheduler::Scheduler(std::vector<Job> jobs, const base::Clock& clock) : clock_(clock) {
  for (Job& job : jobs) {
    if (job.every.count() <= 0) continue;
    const auto due = clock.Monotonic() + job.every;
    entries_.push_back({std::move(job), due});
  }
  if (!entries_.empty()) thread_ = std::thread([this] { Run(); });
}

Scheduler::~Scheduler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Scheduler::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    Entry& next = *std::ranges::min_element(entries_, {}, &Entry::due);
    const auto wait = next.due - clock_.Monotonic();
    if (wait.count() > 0) {
      changed_.wait_for(lock, wait);
      continue;
    }
    lock.unlock();
    next.job.run();
    next.due = clock_.Monotonic() + next.job.every;
    lock.lock();
  }
}

}  // namespace enks::server
