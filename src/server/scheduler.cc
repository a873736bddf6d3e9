#include "server/scheduler.h"

#include <utility>

namespace enks::server {

Scheduler::Scheduler(std::vector<Job> jobs, const base::Clock& clock, base::Random& random)
    : clock_(clock) {
  for (Job& job : jobs) {
    if (job.every.count() <= 0) continue;
    timetable_.Add(job.every, job.first, clock.Monotonic(), random);
    jobs_.push_back(std::move(job));
  }
  if (!timetable_.empty()) thread_ = std::thread([this] { Run(); });
}

Scheduler::~Scheduler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Scheduler::Wake() {
  // With the lock, so that the thread is either waiting, or has yet to read the clock.
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

void Scheduler::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::size_t next = timetable_.Next();
    const auto wait = timetable_.Due(next) - clock_.Monotonic();
    if (wait.count() > 0) {
      changed_.wait_for(lock, wait);
      continue;
    }
    lock.unlock();
    jobs_[next].run();
    timetable_.Ended(next, clock_.Monotonic());
    lock.lock();
  }
}

}  // namespace enks::server
