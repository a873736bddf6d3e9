#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attestation/testing/gate_world.h"
#include "attestation/testing/outcome.h"

// What a policy makes of sound attestations, of bad ones and of none; with real examiners.
namespace enks::attestation {
namespace {

using std::chrono::minutes;
using testing::GateWorld;
using testing::kApp;

constexpr Scheme kAllSchemes[] = {Scheme::kSafetyNet, Scheme::kPlayIntegrity, Scheme::kDeviceCheck,
                                  Scheme::kAppAttest, Scheme::kAndroidKeyAttestation};

class GateSchemesTest : public ::testing::Test {
 protected:
  void Open(const testing::KnobTexts& knobs = {}) {
    world_.WritePolicy(world_.Knobs(knobs));
    const Status opened = world_.Open();
    ASSERT_TRUE(opened.ok()) << opened;
  }
  // What nobody accepts, of each scheme.
  static Evidence Bad(Scheme scheme) {
    Evidence evidence = GateWorld::DeviceToken("BAD device");
    evidence.scheme = scheme;
    return evidence;
  }

  GateWorld world_;
};

TEST_F(GateSchemesTest, ASoundAttestationOfEachSchemeIsAdmitted) {
  Open();
  for (const Scheme scheme : kAllSchemes) {
    const auto evidence = world_.Attest(scheme, GateWorld::Upload());
    const Admission admission = world_.Ask(world_.About(evidence));
    EXPECT_TRUE(admission.admitted) << SchemeId(scheme);
    EXPECT_EQ(admission.reason, Reason::kNone) << SchemeId(scheme);
    EXPECT_FALSE(admission.looks_like_success);
    EXPECT_EQ(world_.Count(SchemeId(scheme), Reason::kNone), 1);
  }
}

TEST_F(GateSchemesTest, ABadOneOfEachSchemeIsRefused) {
  Open();
  for (const Scheme scheme : kAllSchemes) {
    const Admission admission = world_.Ask(world_.About(Bad(scheme)));
    EXPECT_FALSE(admission.admitted) << SchemeId(scheme);
    EXPECT_EQ(admission.reason,
              scheme == Scheme::kDeviceCheck ? Reason::kUpstreamRejected : Reason::kMalformed);
  }
}

TEST_F(GateSchemesTest, ATokenForGoogleIsDecodedByGoogle) {
  Open();
  const BoundUpload upload = GateWorld::Upload();
  EXPECT_EQ(world_.Find(world_.SealedForGoogle(upload)), Reason::kNone);
  EXPECT_EQ(world_.google().DecodeCalls(), 1);
  // A verdict about another upload is none about this one.
  BoundUpload other = upload;
  other.traveler = true;
  EXPECT_EQ(world_.Find(world_.SealedForGoogle(other), upload), Reason::kBindingMismatch);
}

TEST_F(GateSchemesTest, GoogleIsAskedOnlyByAPolicyThatSaysSo) {
  Open({{"play_integrity.decode", "\"local\""}});
  EXPECT_EQ(world_.Find(world_.SealedForGoogle(GateWorld::Upload())), Reason::kMalformed);
  EXPECT_EQ(world_.Find(world_.PlayIntegrity(GateWorld::Upload())), Reason::kNone);
  EXPECT_EQ(world_.google().DecodeCalls(), 0);
  Open({{"play_integrity.decode", "\"google\""}});
  EXPECT_EQ(world_.Find(world_.SealedForGoogle(GateWorld::Upload())), Reason::kNone);
  // Google does not know this one.
  EXPECT_EQ(world_.Find(world_.PlayIntegrity(GateWorld::Upload())), Reason::kUpstreamRejected);
}

TEST_F(GateSchemesTest, AnUploadWithoutAttestationIsMissingOne) {
  Open();
  EXPECT_EQ(world_.Ask(world_.About(std::nullopt)).reason, Reason::kMissing);
  EXPECT_EQ(world_.Count("none", Reason::kMissing), 1);
}

TEST_F(GateSchemesTest, ASchemeThatIsNotTakenIsNotLookedAt) {
  Open({{"schemes", R"(["app-attest"])"}});
  const BoundUpload upload = GateWorld::Upload();
  EXPECT_EQ(world_.Find(world_.Attest(Scheme::kSafetyNet, upload)), Reason::kSchemeNotAllowed);
  EXPECT_EQ(world_.Find(world_.Attest(Scheme::kDeviceCheck, upload)), Reason::kSchemeNotAllowed);
  EXPECT_EQ(world_.Find(world_.Attest(Scheme::kAppAttest, upload)), Reason::kNone);
  EXPECT_TRUE(world_.apple().Calls().empty());
}

TEST_F(GateSchemesTest, ConcernsAppsWhosePolicyIsOn) {
  auto off = world_.Knobs({{"mode", "\"off\""}});
  auto watched = world_.Knobs({{"mode", "\"observe\""}});
  world_.WritePolicies({{"a.enforced", world_.Knobs()}, {"b.off", off}, {"C.Watched", watched}});
  ASSERT_TRUE(world_.Open().ok());
  EXPECT_TRUE(world_.gate().Concerns("a.enforced"));
  EXPECT_FALSE(world_.gate().Concerns("b.off"));
  EXPECT_TRUE(world_.gate().Concerns("c.watched"));
  EXPECT_FALSE(world_.gate().Concerns("d.other"));
  for (const char* app : {"b.off", "d.other"}) {
    Inquiry inquiry = world_.About(Bad(Scheme::kSafetyNet));
    inquiry.app = app;
    EXPECT_TRUE(world_.Ask(inquiry).admitted);
  }
  EXPECT_EQ(world_.Count("safetynet", Reason::kMalformed), 0);
}

TEST_F(GateSchemesTest, ObservingVerifiesAndCountsAndNeverRefuses) {
  Open({{"mode", "\"observe\""}});
  for (const Scheme scheme : kAllSchemes) {
    const Admission admission = world_.Ask(world_.About(Bad(scheme)));
    EXPECT_TRUE(admission.admitted);
    EXPECT_EQ(admission.reason, Reason::kNone);
    world_.AwaitCount(
        SchemeId(scheme),
        scheme == Scheme::kDeviceCheck ? Reason::kUpstreamRejected : Reason::kMalformed, 1);
  }
  EXPECT_TRUE(world_.Ask(world_.About(std::nullopt)).admitted);
  EXPECT_EQ(world_.Count("none", Reason::kMissing), 1);
  EXPECT_TRUE(
      world_.Ask(world_.About(world_.Attest(Scheme::kAppAttest, GateWorld::Upload()))).admitted);
  world_.AwaitCount("app-attest", Reason::kNone, 1);
}

TEST_F(GateSchemesTest, APlatformThatIsNotRequiredIsOnlyObserved) {
  Open({{"require_for_platforms", R"(["ios"])"}});
  EXPECT_TRUE(world_.Ask(world_.About(Bad(Scheme::kSafetyNet))).admitted);
  world_.AwaitCount("safetynet", Reason::kMalformed, 1);
  EXPECT_FALSE(world_.Ask(world_.About(Bad(Scheme::kAppAttest))).admitted);
  // Which phone sent none, nobody can say.
  EXPECT_EQ(world_.Ask(world_.About(std::nullopt)).reason, Reason::kMissing);
}

TEST_F(GateSchemesTest, ExemptUploadsAreNotLookedAt) {
  const auto travelers = [&] {
    Inquiry inquiry = world_.About(std::nullopt);
    inquiry.is_traveler = true;
    return world_.Ask(inquiry).admitted;
  };
  const auto self_reports = [&] {
    Inquiry inquiry = world_.About(std::nullopt);
    inquiry.is_self_report = true;
    return world_.Ask(inquiry).admitted;
  };
  Open();
  EXPECT_FALSE(travelers());
  EXPECT_FALSE(self_reports());
  Open({{"exempt_traveler", "true"}});
  EXPECT_TRUE(travelers());
  EXPECT_FALSE(self_reports());
  Open({{"exempt_self_report", "true"}});
  EXPECT_FALSE(travelers());
  EXPECT_TRUE(self_reports());
  EXPECT_EQ(world_.Count("none", Reason::kMissing), 4);
}

TEST_F(GateSchemesTest, WhatNobodyCanSayIsDeniedOrAllowedAsThePolicySays) {
  const Evidence token = GateWorld::DeviceToken("SAYS 503 Service Unavailable");
  Open();
  Admission admission = world_.Ask(world_.About(token));
  EXPECT_FALSE(admission.admitted);
  EXPECT_EQ(admission.reason, Reason::kUnavailable);
  Open({{"on_unavailable", "\"allow\""}});
  admission = world_.Ask(world_.About(token));
  EXPECT_TRUE(admission.admitted);
  EXPECT_EQ(admission.reason, Reason::kUnavailable);
  EXPECT_EQ(world_.Count("devicecheck", Reason::kUnavailable), 2);
  // What is known to be bad stays so.
  EXPECT_FALSE(world_.Ask(world_.About(Bad(Scheme::kDeviceCheck))).admitted);
}

TEST_F(GateSchemesTest, AnOldRevocationListIsUnavailable) {
  Open({{"android_key_attestation.revocation_max_age", "\"1h\""}});
  world_.clock().Advance(minutes(60));
  EXPECT_EQ(world_.Find(world_.KeyAttestation(GateWorld::Upload())), Reason::kNone);
  world_.clock().Advance(std::chrono::seconds(1));
  EXPECT_EQ(world_.Find(world_.KeyAttestation(GateWorld::Upload())), Reason::kUnavailable);
}

TEST_F(GateSchemesTest, RefusalsOfTheOlderApiMayLookLikeSuccessButOnlyThose) {
  const auto looks = [&](std::optional<Evidence> evidence, bool is_v1alpha1) {
    Inquiry inquiry = world_.About(std::move(evidence));
    inquiry.is_v1alpha1 = is_v1alpha1;
    return world_.Ask(inquiry).looks_like_success;
  };
  Open();
  EXPECT_FALSE(looks(std::nullopt, true));
  Open({{"v1alpha1_refusals_look_like_success", "true"}});
  EXPECT_TRUE(looks(std::nullopt, true));
  EXPECT_TRUE(looks(Bad(Scheme::kSafetyNet), true));
  EXPECT_FALSE(looks(Bad(Scheme::kSafetyNet), false));
  // The phone is to come again.
  EXPECT_FALSE(looks(GateWorld::DeviceToken("SAYS 500 Server Error"), true));
  EXPECT_FALSE(looks(world_.Attest(Scheme::kPlayIntegrity, GateWorld::Upload()), true));
}

class GateChallengeTest : public GateSchemesTest {
 protected:
  BoundUpload Challenged() {
    BoundUpload upload = GateWorld::Upload();
    upload.challenge = world_.gate().challenges().Make(world_.clock().Now()).value_or("");
    return upload;
  }
  Reason Find(const BoundUpload& upload) {
    return world_.Find(world_.KeyAttestation(upload), upload);
  }
};

TEST_F(GateChallengeTest, AChallengeIsNeededWhereThePolicySaysSo) {
  Open();
  EXPECT_EQ(Find(GateWorld::Upload()), Reason::kNone);
  EXPECT_EQ(Find(Challenged()), Reason::kNone);
  Open({{"require_challenge", "true"}});
  EXPECT_EQ(Find(GateWorld::Upload()), Reason::kMalformed);
  EXPECT_EQ(Find(Challenged()), Reason::kNone);
}

TEST_F(GateChallengeTest, AChallengeIsOursFreshAndPartOfWhatIsAttested) {
  Open({{"require_challenge", "true"}});
  BoundUpload upload = Challenged();
  const Evidence evidence = world_.KeyAttestation(upload);
  EXPECT_EQ(world_.Find(evidence, Challenged()), Reason::kBindingMismatch);
  upload.challenge[20] = upload.challenge[20] == 'A' ? 'B' : 'A';
  EXPECT_EQ(Find(upload), Reason::kBindingMismatch);
  upload = Challenged();
  world_.clock().Advance(minutes(10) + std::chrono::seconds(1));
  EXPECT_EQ(Find(upload), Reason::kStale);
}

TEST_F(GateChallengeTest, AChallengeIsForOneUpload) {
  Open({{"require_challenge", "true"}});
  BoundUpload upload = Challenged();
  EXPECT_EQ(Find(upload), Reason::kNone);
  EXPECT_EQ(Find(upload), Reason::kNone);  // sent again, when the answer was lost
  upload.traveler = true;
  EXPECT_EQ(Find(upload), Reason::kReplayed);
}

}  // namespace
}  // namespace enks::attestation
