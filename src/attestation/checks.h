#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "attestation/reason.h"

namespace enks::attestation {

// One step of a verification, as it is told to an operator.
struct Step {
  std::string_view name;    // what is looked at, e.g. "certificate chain"; a literal
  Reason failure;           // kNone: it holds
  std::string explanation;  // what was found and what was wanted; may hold data of the attestation
};

// Collects the outcome of one verification. The server asks only for the reason of the first
// failure: nothing else is kept, and explanations are not even made, so that nothing of an
// attestation can reach a log. `enks attestation verify` asks for every step.
//
// A verifier reads like its scheme's procedure:
//
//   if (!checks.Holds("algorithm", header.alg == "RS256", Reason::kMalformed,
//                     [&] { return fmt::format("alg is {}", header.alg); })) return;
//
// Holds() returns whether to go on: when explaining, a verifier goes on after a failure whose step
// is not needed by the next ones. Steps that later ones need use Needs(), which is false whenever
// the step failed.
class Checks {
 public:
  enum class Detail { kFirstFailure, kEveryStep };
  explicit Checks(Detail detail) : detail_(detail) {}

  template <typename Explanation>
  bool Holds(std::string_view step, bool holds, Reason failure, Explanation&& explain) {
    Record(step, holds, failure);
    if (detail_ == Detail::kFirstFailure) return holds;
    steps_.back().explanation = explain();
    return true;
  }
  template <typename Explanation>
  bool Needs(std::string_view step, bool holds, Reason failure, Explanation&& explain) {
    Holds(step, holds, failure, explain);
    return holds;
  }

  // Of the first step that failed; kNone if all held.
  Reason reason() const { return reason_; }
  const std::vector<Step>& steps() const { return steps_; }
  bool explains() const { return detail_ == Detail::kEveryStep; }

 private:
  void Record(std::string_view step, bool holds, Reason failure) {
    if (!holds && reason_ == Reason::kNone) reason_ = failure;
    if (explains()) steps_.push_back({step, holds ? Reason::kNone : failure, {}});
  }

  Detail detail_;
  Reason reason_ = Reason::kNone;
  std::vector<Step> steps_;
};

}  // namespace enks::attestation
