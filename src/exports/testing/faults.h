#pragma once

#include "base/result.h"

namespace enks::exports::testing {

// Makes one call of many fail, so that a test can walk through every step of a job. A live thing
// shared by the wrappers that ask it; single-threaded.
class Faults {
 public:
  enum class Kind {
    kBefore,  // the call fails and has done nothing
    kAfter,   // the call did its work, but its caller hears of a failure
    kCrash,   // as kBefore, and so does everything after it: the process is gone
  };

  // `step` counts calls from 1.
  Faults(int step, Kind kind) : step_(step), kind_(kind) {}

  template <typename Call>
  auto Run(const Call& call) -> decltype(call()) {
    ++calls_;
    const bool hit = kind_ == Kind::kCrash ? calls_ >= step_ : calls_ == step_;
    if (!hit) return call();
    if (kind_ == Kind::kAfter) call().IgnoreError();
    return Status(absl::UnavailableError("injected fault"));
  }

  // Whether there was such a step.
  bool happened() const { return calls_ >= step_; }
  int calls() const { return calls_; }

 private:
  const int step_;
  const Kind kind_;
  int calls_ = 0;
};

}  // namespace enks::exports::testing
