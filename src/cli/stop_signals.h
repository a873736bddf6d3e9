#pragma once

#include <chrono>

namespace enks::cli {

// SIGINT (Ctrl-C), SIGTERM and SIGHUP as an answer instead of an end, so that a subcommand that has
// begun something (a temporary folder, a server of its own) can put it away before it goes. Blocks
// them in this thread and, by inheritance, in all that it starts from then on, for the rest of the
// program. Not thread-safe.
class StopSignals {
 public:
  StopSignals();

  // Waits for `time`, or less if one comes. Whether one has come, now or earlier.
  bool WaitFor(std::chrono::nanoseconds time);
  bool Came() { return WaitFor(std::chrono::nanoseconds(0)); }

 private:
  bool came_ = false;
};

}  // namespace enks::cli
