#pragma once

#include <atomic>
#include <chrono>

#include "base/clock.h"

namespace enks::base {

// A clock that stands still until it is moved: tests and simulations turn this crank. Its monotonic
// clock follows the wall clock. Thread-safe.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(UnixTime start) : seconds_(start.time_since_epoch().count()) {}

  UnixTime Now() const override { return UnixTime(std::chrono::seconds(seconds_.load())); }
  std::chrono::nanoseconds Monotonic() const override {
    return std::chrono::seconds(seconds_.load());
  }

  void Advance(std::chrono::seconds by) { seconds_ += by.count(); }
  void Set(UnixTime to) { seconds_ = to.time_since_epoch().count(); }

 private:
  std::atomic<std::chrono::seconds::rep> seconds_;
};

}  // namespace enks::base
