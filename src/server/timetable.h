#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "base/random.h"

namespace enks::server {

// A new process runs each job for the first time so long after its start, plus a random part of the
// spread, so that processes that start together do not all begin the same work; a job that runs
// more often than that waits at most its own interval for each. Waiting for a whole interval first
// would mean never for a daily cleanup under a nightly restart.
inline constexpr std::chrono::seconds kFirstRunAfter{10};
inline constexpr std::chrono::seconds kFirstRunSpread{20};

enum class FirstRun {
  kSoon,           // as above
  kAfterInterval,  // the job was just done by other means
};

// When each of several periodic jobs is due, in the time of Clock::Monotonic(). A value that knows
// no thread and no clock.
class Timetable {
 public:
  using Time = std::chrono::nanoseconds;

  // Adds a job that was set up at `now`, and gives its number, counting from 0. `every` is
  // positive.
  std::size_t Add(std::chrono::seconds every, FirstRun first, Time now, base::Random& random);

  bool empty() const { return entries_.empty(); }
  // The job that is due first; there must be one.
  std::size_t Next() const;
  Time Due(std::size_t job) const { return entries_[job].due; }

  // The job ended at `now`: it is due again a whole interval later, however long it took.
  void Ended(std::size_t job, Time now) { entries_[job].due = now + entries_[job].every; }

 private:
  struct Entry {
    std::chrono::seconds every;
    Time due;
  };

  std::vector<Entry> entries_;
};

}  // namespace enks::server
