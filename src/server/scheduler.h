#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "server/timetable.h"

namespace enks::server {

// Runs jobs again and again, one after the other on a thread of its own, each `every` after it last
// ended. A job never overlaps itself or another of the same scheduler; what must not wait for a
// long job needs a scheduler of its own. The destructor lets a running job end.
class Scheduler {
 public:
  struct Job {
    std::string name;
    std::chrono::seconds every;  // 0: never
    std::function<void()> run;
    FirstRun first = FirstRun::kSoon;
  };

  // `clock` outlives the scheduler; `random` spreads the first runs and is not used afterwards.
  Scheduler(std::vector<Job> jobs, const base::Clock& clock, base::Random& random);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Looks at the clock anew. Needed only after a virtual clock was turned. Thread-safe.
  void Wake();

 private:
  void Run();

  const base::Clock& clock_;
  std::vector<Job> jobs_;  // by number in the timetable
  Timetable timetable_;    // used by thread_ only, once it runs
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace enks::server
