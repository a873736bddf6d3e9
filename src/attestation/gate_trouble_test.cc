#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "attestation/testing/gate_world.h"
#include "attestation/testing/outcome.h"

// Apple and Google that hang, queues that are full, and gates that stop.
namespace enks::attestation {
namespace {

using testing::Awaited;
using testing::GateWorld;
using ::testing::HasSubstr;
using testing::kApp;
using ::testing::Not;

class GateTroubleTest : public ::testing::Test {
 protected:
  static Evidence Hanging(int number = 0) {
    return GateWorld::DeviceToken("STALL " + std::to_string(number));
  }

  GateWorld world_;
};

TEST_F(GateTroubleTest, OneWorkerIsEnoughWhileAppleHangs) {
  ASSERT_TRUE(world_.Open(1).ok());
  std::vector<Awaited<Admission>> hanging;
  for (int i = 0; i < 5; ++i) hanging.push_back(world_.Begin(world_.About(Hanging(i))));
  EXPECT_EQ(world_.Find(world_.Attest(Scheme::kAndroidKeyAttestation, GateWorld::Upload())),
            Reason::kNone);
  EXPECT_EQ(world_.Find(GateWorld::DeviceToken("VALID device")), Reason::kNone);
  for (const auto& one : hanging) EXPECT_FALSE(one.IsThere());
  world_.gate().Stop();
  for (auto& one : hanging) EXPECT_EQ(one.Take().reason, Reason::kUnavailable);
}

TEST_F(GateTroubleTest, AnAuthorityWhoseAppleHangsHoldsUpNoOther) {
  // A port that takes connections and says nothing.
  issuing::LoopbackServer silent([](const http::Request&) {
    issuing::FakeAnswer answer;
    answer.manner = issuing::FakeAnswer::Manner::kStall;
    return answer;
  });
  world_.WritePolicies(
      {{kApp, world_.Knobs()},
       {"stuck", world_.Knobs({{"devicecheck.base_url", "\"" + silent.Url() + "\""}})}});
  ASSERT_TRUE(world_.Open(1).ok());
  // As many as one upstream has under way at once, and some.
  std::vector<Awaited<Admission>> stuck;
  for (int i = 0; i < 70; ++i) {
    Inquiry inquiry = world_.About(GateWorld::DeviceToken("VALID " + std::to_string(i)));
    inquiry.app = "stuck";
    stuck.push_back(world_.Begin(std::move(inquiry)));
  }
  EXPECT_EQ(world_.Find(GateWorld::DeviceToken("VALID device")), Reason::kNone);
  EXPECT_THAT(world_.metrics().Text(), HasSubstr(R"(upstream="devicecheck/stuck")"));
  world_.Close();
  for (auto& one : stuck) EXPECT_EQ(one.Take().reason, Reason::kUnavailable);
}

TEST_F(GateTroubleTest, AppleIsGivenUpInTime) {
  world_.WritePolicy(world_.Knobs({{"devicecheck.timeout", "\"1s\""}}));
  ASSERT_TRUE(world_.Open().ok());
  EXPECT_EQ(world_.Find(Hanging()), Reason::kUnavailable);
}

TEST_F(GateTroubleTest, WhatDoesNotFitInTheQueueIsUnavailable) {
  ASSERT_TRUE(world_.Open(1, 0).ok());
  EXPECT_EQ(world_.Find(GateWorld::DeviceToken("VALID device")), Reason::kUnavailable);
  EXPECT_EQ(world_.Count("devicecheck", Reason::kUnavailable), 1);
  world_.WritePolicy(world_.Knobs({{"on_unavailable", "\"allow\""}}));
  ASSERT_TRUE(world_.Open(1, 0).ok());
  EXPECT_TRUE(world_.Ask(world_.About(GateWorld::DeviceToken("VALID device"))).admitted);
  EXPECT_FALSE(world_.Ask(world_.About(std::nullopt)).admitted);
}

TEST_F(GateTroubleTest, AStoppedGateAnswersAtOnce) {
  ASSERT_TRUE(world_.Open().ok());
  world_.gate().Stop();
  world_.gate().Stop();
  EXPECT_EQ(world_.Find(world_.Attest(Scheme::kAppAttest, GateWorld::Upload())),
            Reason::kUnavailable);
}

TEST_F(GateTroubleTest, AGateThatGoesLeavesNobodyWaiting) {
  ASSERT_TRUE(world_.Open(1).ok());
  std::vector<Awaited<Admission>> asked;
  for (int i = 0; i < 20; ++i) {
    asked.push_back(world_.Begin(world_.About(Hanging(i))));
    asked.push_back(
        world_.Begin(world_.About(world_.Attest(Scheme::kSafetyNet, GateWorld::Upload()))));
  }
  world_.Close();
  for (auto& one : asked) {
    ASSERT_TRUE(one.IsThere());
    const Reason reason = one.Take().reason;
    EXPECT_TRUE(reason == Reason::kUnavailable || reason == Reason::kNone);
  }
}

TEST_F(GateTroubleTest, GoogleThatFailsIsUnavailableAndNothingIsSaidOfTheToken) {
  ASSERT_TRUE(world_.Open().ok());
  world_.google().ScriptTokenEndpoint("SAYS 503 down");
  const Evidence sealed = world_.SealedForGoogle(GateWorld::Upload());
  EXPECT_EQ(world_.Find(sealed), Reason::kUnavailable);
  EXPECT_THAT(world_.log().Text(), Not(HasSubstr(sealed.token.substr(0, 40))));
}

}  // namespace
}  // namespace enks::attestation
