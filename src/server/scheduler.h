#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace enks::server {

// Runs jobs again and again, one after the other on a thread of its own, each `every` after it last
// ended. A job never overlaps itself or another. The destructor lets a running job end.
class Scheduler {
 public:
  struct Job {
    std::string name;
    std::chrono::seconds every;  // 0: never
    std::function<void()> run;
  };

  // `clock` outlives the scheduler. Every job runs for the first time after its first interval.
  Scheduler(std::vector<Job> jobs, const base::Clock& clock);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

 private:
  struct Entry {
    Job job;
    std::chrono::nanoseconds due;
  };

  void Run();

  const base::Clock& clock_;
  std::vector<Entry> entries_;  // used by thread_ only, once it runs
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace enks::server
