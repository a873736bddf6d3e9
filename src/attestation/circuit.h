#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace enks::attestation {

// When to leave an upstream alone.
struct CircuitLimits {
  std::size_t failures = 5;         // so many, one after the other,
  std::chrono::seconds window{30};  // within so long,
  std::chrono::seconds pause{30};   // and nobody is asked for so long
};

// A circuit breaker: after failures in a row it holds calls back, then lets one through as a probe
// and closes if that succeeds. Times are those of Clock::Monotonic(). Not thread-safe.
class Circuit {
 public:
  enum class State : std::uint8_t { kClosed, kOpen, kProbing };
  enum class Pass : std::uint8_t { kOrdinary, kProbe };
  using Time = std::chrono::nanoseconds;

  explicit Circuit(const CircuitLimits& limits) : limits_(limits) {}

  // Whether a call may be made now. Whoever has a pass gives it back by one of the next three.
  std::optional<Pass> Admit(Time now);
  void Succeeded(Pass pass);
  void Failed(Pass pass, Time now);
  // The call was not made after all, which says nothing about the upstream.
  void GivenUp(Pass pass);

  State state() const { return state_; }

 private:
  void Open(Time now);

  const CircuitLimits limits_;
  State state_ = State::kClosed;
  std::deque<Time> failures_;  // since the last success, the latest `limits_.failures` of them
  Time opened_{0};
};

}  // namespace enks::attestation
