#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attestation/testing/gate_world.h"
#include "attestation/testing/outcome.h"
#include "store/testing/refusing_store.h"

// One token and several uploads.
namespace enks::attestation {
namespace {

using std::chrono::hours;
using testing::GateWorld;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class GateReplayTest : public ::testing::Test {
 protected:
  GateReplayTest() { other_.traveler = true; }

  void Open(const testing::KnobTexts& knobs = {}) {
    world_.WritePolicy(world_.Knobs(knobs));
    const Status opened = world_.Open();
    ASSERT_TRUE(opened.ok()) << opened;
  }

  GateWorld world_;
  base::SystemFiles files_;
  const BoundUpload upload_ = GateWorld::Upload();
  BoundUpload other_ = GateWorld::Upload();
};

TEST_F(GateReplayTest, ADeviceTokenIsForOneUpload) {
  Open();
  const Evidence token = GateWorld::DeviceToken("VALID device");
  EXPECT_EQ(world_.Find(token, upload_), Reason::kNone);
  EXPECT_EQ(world_.Find(token, other_), Reason::kReplayed);
  EXPECT_THAT(world_.apple().Calls(), SizeIs(1));
  // A lost answer: the same once more.
  EXPECT_EQ(world_.Find(token, upload_), Reason::kNone);
  EXPECT_THAT(world_.apple().Calls(), SizeIs(2));
  EXPECT_THAT(world_.apple().Refusals(), IsEmpty());
}

TEST_F(GateReplayTest, ADeviceTokenIsTheSameHoweverItIsWritten) {
  Open();
  Evidence token = GateWorld::DeviceToken("VALID device!");
  EXPECT_EQ(world_.Find(token, upload_), Reason::kNone);
  while (token.token.ends_with('=')) token.token.pop_back();
  EXPECT_EQ(world_.Find(token, other_), Reason::kReplayed);
}

TEST_F(GateReplayTest, ADeviceTokenIsRememberedForADayAcrossMidnight) {
  Open();
  const Evidence token = GateWorld::DeviceToken("VALID device");
  EXPECT_EQ(world_.Find(token, upload_), Reason::kNone);
  world_.clock().Advance(hours(24));
  ASSERT_TRUE(world_.gate().Refresh().ok());
  ASSERT_TRUE(
      world_.store().DeleteOldAttestations(world_.clock().Now(), std::chrono::days(30)).ok());
  EXPECT_EQ(world_.Find(token, other_), Reason::kReplayed);
}

TEST_F(GateReplayTest, ABadDeviceTokenStaysRemembered) {
  Open();
  const Evidence token = GateWorld::DeviceToken("BAD device");
  EXPECT_EQ(world_.Find(token, upload_), Reason::kUpstreamRejected);
  EXPECT_EQ(world_.Find(token, other_), Reason::kReplayed);
}

TEST_F(GateReplayTest, ADeviceTokenOfWhichAppleSaidNothingIsForgotten) {
  Open();
  const Evidence token = GateWorld::DeviceToken("SAYS 503 Service Unavailable");
  EXPECT_EQ(world_.Find(token, upload_), Reason::kUnavailable);
  EXPECT_EQ(world_.Find(token, other_), Reason::kUnavailable);
  EXPECT_THAT(world_.apple().Calls(), SizeIs(2));
}

TEST_F(GateReplayTest, SeveralProcessesRememberTogether) {
  Open();
  const auto store = world_.OpenStore();
  GateParts others{*store, world_.clock(), world_.random(), files_, world_.log(), world_.metrics()};
  auto second = PolicyGate::Open({world_.PathOf("policy.toml")}, others);
  ASSERT_TRUE(second.ok()) << second.status();
  const Evidence token = GateWorld::DeviceToken("VALID device");
  EXPECT_EQ(world_.Find(token, upload_), Reason::kNone);
  testing::Awaited<Admission> admission;
  (*second)->Ask(world_.About(token, other_), admission.Callback());
  EXPECT_EQ(admission.Take().reason, Reason::kReplayed);
}

TEST_F(GateReplayTest, BoundTokensAreRememberedWherePolicyWantsIt) {
  const Scheme bound[] = {Scheme::kSafetyNet, Scheme::kPlayIntegrity, Scheme::kAppAttest,
                          Scheme::kAndroidKeyAttestation};
  for (const char* remembers : {"false", "true"}) {
    Open({{"remember_bound_tokens", remembers}});
    for (const Scheme scheme : bound) {
      const Evidence evidence = world_.Attest(scheme, upload_);
      EXPECT_EQ(world_.Find(evidence, upload_), Reason::kNone) << SchemeId(scheme);
      EXPECT_EQ(world_.Find(evidence, upload_), Reason::kNone) << SchemeId(scheme);
    }
  }
  // The nonce of SafetyNet leaves members out, so that one token fits two uploads.
  const Evidence evidence = world_.SafetyNet(upload_);
  EXPECT_EQ(world_.Find(evidence, upload_), Reason::kNone);
  EXPECT_EQ(world_.Find(evidence, other_), Reason::kReplayed);
  Open();
  EXPECT_EQ(world_.Find(evidence, other_), Reason::kNone);
}

// Fails whenever it is asked for marks, once it is down.
class FailingStore final : public store::testing::RefusingStore {
 public:
  Result<base::Bytes> AttestationSecret(std::int64_t, const base::Bytes& candidate) override {
    return candidate;
  }
};

TEST_F(GateReplayTest, WithoutItsDatabaseTheGateCanSayNothing) {
  FailingStore store;
  const GateParts parts{store,  world_.clock(), world_.random(),
                        files_, world_.log(),   world_.metrics()};
  world_.WritePolicy(world_.Knobs({{"remember_bound_tokens", "true"}}));
  auto gate = PolicyGate::Open({world_.PathOf("policy.toml")}, parts);
  ASSERT_TRUE(gate.ok()) << gate.status();
  for (const Scheme scheme : {Scheme::kDeviceCheck, Scheme::kPlayIntegrity}) {
    testing::Awaited<Admission> admission;
    (*gate)->Ask(world_.About(world_.Attest(scheme, upload_)), admission.Callback());
    EXPECT_EQ(admission.Take().reason, Reason::kUnavailable);
  }
  EXPECT_THAT(world_.apple().Calls(), IsEmpty());
}

}  // namespace
}  // namespace enks::attestation
