#pragma once

#include <gtest/gtest.h>

#include <ostream>

#include "attestation/checks.h"

namespace enks::attestation {

// So that a failed expectation says which reason it was.
inline void PrintTo(Reason reason, std::ostream* out) {
  *out << ReasonName(reason);
}

}  // namespace enks::attestation

namespace enks::attestation::testing {

// What `verify(checks)` comes to. Explaining every step must come to the same, and explain.
template <typename Verify>
Reason OutcomeOf(Verify&& verify) {
  Checks short_checks(Checks::Detail::kFirstFailure);
  verify(short_checks);
  Checks long_checks(Checks::Detail::kEveryStep);
  verify(long_checks);
  EXPECT_EQ(short_checks.reason(), long_checks.reason());
  EXPECT_TRUE(short_checks.steps().empty());
  EXPECT_FALSE(long_checks.steps().empty());
  for (const Step& step : long_checks.steps()) EXPECT_FALSE(step.explanation.empty()) << step.name;
  return short_checks.reason();
}

}  // namespace enks::attestation::testing
