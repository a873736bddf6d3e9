#include "attestation/circuit.h"

#include <gtest/gtest.h>

namespace enks::attestation {
namespace {

using Pass = Circuit::Pass;
using State = Circuit::State;
using std::chrono::seconds;

constexpr CircuitLimits kLimits = {.failures = 3, .window = seconds(10), .pause = seconds(20)};

class CircuitTest : public ::testing::Test {
 protected:
  void FailAt(seconds time) {
    const auto pass = circuit_.Admit(time);
    ASSERT_TRUE(pass.has_value());
    circuit_.Failed(*pass, time);
  }
  void OpenAt(seconds time) {
    for (int i = 0; i < 3; ++i) FailAt(time);
    ASSERT_EQ(circuit_.state(), State::kOpen);
  }

  Circuit circuit_{kLimits};
};

TEST_F(CircuitTest, OpensAfterSoManyFailuresWithinTheWindowAndNoSooner) {
  FailAt(seconds(100));
  FailAt(seconds(105));
  EXPECT_EQ(circuit_.state(), State::kClosed);
  FailAt(seconds(110));
  EXPECT_EQ(circuit_.state(), State::kOpen);
  EXPECT_FALSE(circuit_.Admit(seconds(110)).has_value());
}

TEST_F(CircuitTest, FailuresFurtherApartThanTheWindowDoNotOpenIt) {
  for (int time : {100, 106, 112, 118, 124}) FailAt(seconds(time));
  EXPECT_EQ(circuit_.state(), State::kClosed);
  FailAt(seconds(128));
  EXPECT_EQ(circuit_.state(), State::kOpen);
}

TEST_F(CircuitTest, ASuccessBetweenFailuresBeginsTheCountAnew) {
  FailAt(seconds(100));
  FailAt(seconds(100));
  circuit_.Succeeded(*circuit_.Admit(seconds(100)));
  FailAt(seconds(100));
  FailAt(seconds(100));
  EXPECT_EQ(circuit_.state(), State::kClosed);
}

TEST_F(CircuitTest, AfterThePauseOneProbeGoesThroughAndItsSuccessCloses) {
  OpenAt(seconds(100));
  EXPECT_FALSE(circuit_.Admit(seconds(119)).has_value());
  const auto probe = circuit_.Admit(seconds(120));
  EXPECT_EQ(probe, Pass::kProbe);
  EXPECT_EQ(circuit_.state(), State::kProbing);
  EXPECT_FALSE(circuit_.Admit(seconds(500)).has_value());
  circuit_.Succeeded(*probe);
  EXPECT_EQ(circuit_.state(), State::kClosed);
  EXPECT_EQ(circuit_.Admit(seconds(500)), Pass::kOrdinary);
}

TEST_F(CircuitTest, AProbeThatFailsMeansAnotherPause) {
  OpenAt(seconds(100));
  circuit_.Failed(*circuit_.Admit(seconds(120)), seconds(125));
  EXPECT_EQ(circuit_.state(), State::kOpen);
  EXPECT_FALSE(circuit_.Admit(seconds(144)).has_value());
  EXPECT_EQ(circuit_.Admit(seconds(145)), Pass::kProbe);
}

TEST_F(CircuitTest, AProbeThatWasNotMadeLeavesItToTheNextCall) {
  OpenAt(seconds(100));
  circuit_.GivenUp(*circuit_.Admit(seconds(120)));
  EXPECT_EQ(circuit_.Admit(seconds(120)), Pass::kProbe);
}

TEST_F(CircuitTest, WhatWasSentBeforeItOpenedNeitherClosesNorProlongs) {
  const auto early = circuit_.Admit(seconds(100));
  OpenAt(seconds(100));
  circuit_.Succeeded(*early);
  EXPECT_EQ(circuit_.state(), State::kOpen);
  circuit_.Failed(*early, seconds(119));
  circuit_.GivenUp(*early);
  EXPECT_EQ(circuit_.Admit(seconds(120)), Pass::kProbe);
  circuit_.Succeeded(*early);
  circuit_.Failed(*early, seconds(120));
  EXPECT_EQ(circuit_.state(), State::kProbing);
}

}  // namespace
}  // namespace enks::attestation
