#include <gtest/gtest.h>

#include "attestation/app_signature.h"
#include "attestation/binding.h"
#include "attestation/safetynet.h"
#include "attestation/testing/outcome.h"
#include "attestation/testing/vectors.h"
#include "base/base64.h"
#include "base/time_text.h"

// Genuine SafetyNet tokens, with the real roots, at the time each names.
namespace enks::attestation {
namespace {

using testing::At;
using testing::JsonVector;
using testing::TextAt;

// What a vector's token says of the app, taken for a policy: so every step can be right.
SafetyNetPolicy PolicyFor(json::Value payload) {
  SafetyNetPolicy policy;
  policy.packages = {TextAt(payload, "apkPackageName")};
  const json::Value digests = At(payload, "apkCertificateDigestSha256");
  for (auto digest = digests.First(); digest.Exists(); digest = digest.Next()) {
    policy.certificate_digests.push_back(*ParseCertificateDigest(digest.Text()));
  }
  return policy;
}

// A token as it came, with all that verifying it takes.
struct Genuine {
  explicit Genuine(const std::string& name)
      : vector("safetynet/" + name + ".json"),
        token(testing::ReadVector("safetynet/" + name + ".jws")),
        policy(PolicyFor(At(vector.Root(), "payload"))),
        now(*base::ParseTime(TextAt(vector.Root(), "verify_at"))) {
    const auto claimed = base::FromAnyBase64(TextAt(At(vector.Root(), "payload"), "nonce"));
    nonce = base::AsText(*claimed);
  }

  Reason OutcomeUnder(const std::string& root) const {
    const crypto::ChainVerifier anchors(testing::ReadCertificates("roots/" + root),
                                        crypto::ChainPurpose::kTlsServer);
    return testing::OutcomeOf(
        [&](Checks& checks) { VerifySafetyNet(token, nonce, policy, anchors, now, checks); });
  }

  JsonVector vector;
  std::string token;
  std::string nonce;  // what the token claims; tests of the binding set their own
  SafetyNetPolicy policy;
  base::UnixTime now;
};

const char* const kGlobalSignR2 = "globalsign_root_ca_r2.pem";
const char* const kGlobalSignR1 = "globalsign_root_ca_r1.pem";
const char* const kGtsR1 = "gts_root_r1.pem";

TEST(SafetyNetVectorTest, TheReferencesTokenOfThirdGenerationIsAcceptedWithItsUpload) {
  Genuine genuine("en_gen3");
  genuine.nonce = LegacyNonce(testing::UploadOf(At(genuine.vector.Root(), "publish")));
  EXPECT_EQ(genuine.OutcomeUnder(kGlobalSignR2), Reason::kNone);
}

TEST(SafetyNetVectorTest, WithAnotherUploadItIsNot) {
  Genuine genuine("en_gen3");
  BoundUpload upload = testing::UploadOf(At(genuine.vector.Root(), "publish"));
  upload.keys[0].transmission_risk = 2;
  genuine.nonce = LegacyNonce(upload);
  EXPECT_EQ(genuine.OutcomeUnder(kGlobalSignR2), Reason::kBindingMismatch);
}

TEST(SafetyNetVectorTest, TokensOfGoodDevicesAreAccepted) {
  EXPECT_EQ(Genuine("en_gen2").OutcomeUnder(kGlobalSignR2), Reason::kNone);
  EXPECT_EQ(Genuine("webauthn_2019_08").OutcomeUnder(kGlobalSignR2), Reason::kNone);
  EXPECT_EQ(Genuine("webauthn_2021_09").OutcomeUnder(kGlobalSignR1), Reason::kNone);
  EXPECT_EQ(Genuine("webauthn_2021_09").OutcomeUnder(kGtsR1), Reason::kNone);
}

TEST(SafetyNetVectorTest, ATokenOfADeviceWithoutIntegrityIsInsufficient) {
  Genuine genuine("pyattest_2021_01_integrity_false");
  EXPECT_EQ(genuine.OutcomeUnder(kGlobalSignR2), Reason::kVerdictInsufficient);
  genuine.policy.requires_cts_profile = false;
  EXPECT_EQ(genuine.OutcomeUnder(kGlobalSignR2), Reason::kVerdictInsufficient);
  genuine.policy.requires_basic_integrity = false;
  EXPECT_EQ(genuine.OutcomeUnder(kGlobalSignR2), Reason::kNone);
}

TEST(SafetyNetVectorTest, ATokenThatNamesNoAppIsOfAnotherApp) {
  for (const char* name : {"en_gen1_a", "en_gen1_b"}) {
    Genuine genuine(name);
    EXPECT_EQ(genuine.nonce, TextAt(genuine.vector.Root(), "expected_nonce_string"));
    genuine.policy.packages = {"com.google.android.apps.apollo"};
    EXPECT_EQ(genuine.OutcomeUnder(kGlobalSignR2), Reason::kAppMismatch);
  }
}

TEST(SafetyNetVectorTest, ATokenUnderAFalseRootIsRefused) {
  for (const char* root : {kGlobalSignR1, kGlobalSignR2, kGtsR1}) {
    EXPECT_EQ(Genuine("webauthn_2019_02_fido_fake_root").OutcomeUnder(root), Reason::kChainInvalid);
  }
}

TEST(SafetyNetVectorTest, AGenuineTokenUnderAnotherAnchorIsRefused) {
  EXPECT_EQ(Genuine("en_gen3").OutcomeUnder(kGtsR1), Reason::kChainInvalid);
  EXPECT_EQ(Genuine("webauthn_2021_09").OutcomeUnder(kGlobalSignR2), Reason::kChainInvalid);
  EXPECT_EQ(Genuine("en_gen3").OutcomeUnder("apple_root_ca_g3.pem"), Reason::kChainInvalid);
}

TEST(SafetyNetVectorTest, WhatWasValidThenIsNotValidNow) {
  Genuine genuine("en_gen3");
  genuine.now += std::chrono::hours(24);
  EXPECT_EQ(genuine.OutcomeUnder(kGlobalSignR2), Reason::kStale);
  genuine.now += std::chrono::years(1);
  EXPECT_EQ(genuine.OutcomeUnder(kGlobalSignR2), Reason::kChainInvalid);
}

TEST(SafetyNetVectorTest, ChangingAnyCharacterOfAGenuineTokenIsSeen) {
  Genuine genuine("en_gen3");
  const std::string whole = genuine.token;
  // Every 41st one, so that all parts have their share.
  for (std::size_t at = 0; at < whole.size(); at += 41) {
    genuine.token = whole;
    genuine.token[at] = whole[at] == 'A' ? 'B' : 'A';
    EXPECT_NE(genuine.OutcomeUnder(kGlobalSignR2), Reason::kNone) << at;
  }
  genuine.token = whole;
  genuine.token.back() = whole.back() == 'h' ? 'i' : 'h';  // only bits that are not used
  EXPECT_EQ(genuine.OutcomeUnder(kGlobalSignR2), Reason::kMalformed);
}

}  // namespace
}  // namespace enks::attestation
