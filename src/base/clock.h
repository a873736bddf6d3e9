#pragma once

#include <chrono>

namespace enks::base {

// A point in time as the protocol knows it: whole seconds since 1970-01-01T00:00Z, leap seconds
// not counted.
using UnixTime = std::chrono::sys_seconds;

// Tells the time. Everything that needs the time is handed a Clock; only SystemClock reads the
// real one, and a check (cmake/checks) fails on any other use. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // The wall clock, cut to whole seconds.
  virtual UnixTime Now() const = 0;

  // A clock that never goes back, for measuring durations. Its zero means nothing.
  virtual std::chrono::nanoseconds Monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  UnixTime Now() const override;
  std::chrono::nanoseconds Monotonic() const override;
};

}  // namespace enks::base
