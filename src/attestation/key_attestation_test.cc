#include "attestation/key_attestation.h"

#include <gtest/gtest.h>

#include <functional>

#include "attestation/issuing/der_maker.h"
#include "attestation/issuing/key_attestation_maker.h"
#include "attestation/issuing/signing.h"
#include "crypto/digest.h"

// What a key's description can be short of, one at a time (spec/device-attestation.md section 16).
// The certificates are in key_attestation_chain_test.cc.
namespace enks::attestation {
namespace {

using base::Bytes;
using issuing::DerInteger;
using issuing::DerText;
using issuing::KeyAttestationText;
using issuing::KeyDescriptionText;
using std::chrono::days;
using std::chrono::seconds;

constexpr base::UnixTime kNow{seconds(1'700'000'000)};

class KeyAttestationTest : public ::testing::Test {
 protected:
  KeyAttestationTest() {
    text_.description = issuing::SoundDescription(kNow, "example.health", Bytes(32, 0x99));
    const auto hash = crypto::Sha256(message_);
    text_.description.challenge.assign(hash.begin(), hash.end());
    text_.not_before = kNow - days(7);
    text_.not_after = kNow + days(7);
    policy_.packages = {"example.other", "example.health"};
    policy_.certificate_digests.emplace_back().fill(0x98);
    policy_.certificate_digests.emplace_back().fill(0x99);
  }

  static RevocationList ListOf(const std::string& entries, base::UnixTime as_of) {
    return *RevocationList::FromJson("{\"entries\":{" + entries + "}}", as_of);
  }
  Reason Verify(const Evidence& evidence) {
    Checks checks(Checks::Detail::kFirstFailure);
    VerifyKeyAttestation(evidence, {message_, crypto::Sha256(message_)}, policy_,
                         {anchors_, revocations_}, kNow, checks);
    return checks.reason();
  }
  // Of an attestation that says what text_ says, as changed by `lie`.
  Reason Described(const std::function<void(KeyDescriptionText&)>& lie = [](KeyDescriptionText&) {
  }) {
    KeyAttestationText text = text_;
    lie(text.description);
    return Verify(issuing::EvidenceOf(issuer_.Issue(text)));
  }
  Reason WithHardware(int tag, const Bytes& value) {
    return Described([&](KeyDescriptionText& text) { text.hardware.Set(tag, value); });
  }
  Reason WithoutHardware(int tag) {
    return Described([&](KeyDescriptionText& text) { text.hardware.Remove(tag); });
  }
  Reason WithApplication(const std::vector<std::string>& packages,
                         const std::vector<Bytes>& digests) {
    return Described([&](KeyDescriptionText& text) {
      text.software.Set(709, issuing::ApplicationIdDer(packages, digests));
    });
  }

  const Bytes message_ = {'u', 'p', 'l', 'o', 'a', 'd'};
  issuing::KeyAttestationIssuer issuer_{kNow - days(1000)};
  std::vector<crypto::PublicKey> anchors_ = issuer_.Anchors();
  RevocationList list_ = ListOf(R"("abc":{"status":"REVOKED"})", kNow);
  const RevocationList* revocations_ = &list_;
  KeyAttestationText text_;
  KeyAttestationPolicy policy_;
};

TEST_F(KeyAttestationTest, TakesASoundOne) {
  EXPECT_EQ(Described(), Reason::kNone);
}

TEST_F(KeyAttestationTest, RefusesADescriptionThatCannotBeRead) {
  EXPECT_EQ(Described([](KeyDescriptionText& text) { text.attestation_level = 9; }),
            Reason::kMalformed);
}

TEST_F(KeyAttestationTest, RefusesAnotherUpload) {
  EXPECT_EQ(Described([](KeyDescriptionText& text) { text.challenge[0] ^= 1; }),
            Reason::kBindingMismatch);
  EXPECT_EQ(Described([](KeyDescriptionText& text) { text.challenge.push_back(0); }),
            Reason::kBindingMismatch);
  EXPECT_EQ(Described([](KeyDescriptionText& text) { text.challenge.clear(); }),
            Reason::kBindingMismatch);
}

TEST_F(KeyAttestationTest, RefusesRevokedCertificatesOfAnyPlaceInTheChain) {
  text_.attestation_serial = 0x12345678;
  list_ = ListOf(R"("12345678":{"status":"REVOKED"})", kNow);
  EXPECT_EQ(Described(), Reason::kRevoked);
  // 0x12345678 in decimal.
  list_ = ListOf(R"("305419896":{"status":"REVOKED"})", kNow);
  EXPECT_EQ(Described(), Reason::kNone);
  // The intermediate's, the root's and the leaf's.
  list_ = ListOf(R"("1":{"status":"REVOKED"})", kNow);
  EXPECT_EQ(Described(), Reason::kRevoked);
}

TEST_F(KeyAttestationTest, LetsThePolicySayWhatSuspendedMeans) {
  list_ = ListOf(R"("9408":{"status":"SUSPENDED"})", kNow);
  EXPECT_EQ(Described(), Reason::kRevoked);
  policy_.suspended_is_revoked = false;
  EXPECT_EQ(Described(), Reason::kNone);
  list_ = ListOf(R"("9408":{"status":"REVOKED"})", kNow);
  EXPECT_EQ(Described(), Reason::kRevoked);
}

TEST_F(KeyAttestationTest, IsUnavailableWithoutACurrentList) {
  list_ = ListOf("", kNow - days(7));
  EXPECT_EQ(Described(), Reason::kNone);
  list_ = ListOf("", kNow - days(7) - seconds(1));
  EXPECT_EQ(Described(), Reason::kUnavailable);
  policy_.revocation_age_max = days(8);
  EXPECT_EQ(Described(), Reason::kNone);
  revocations_ = nullptr;
  EXPECT_EQ(Described(), Reason::kUnavailable);
}

TEST_F(KeyAttestationTest, IsUnavailableOnlyIfNothingElseIsWrong) {
  list_ = ListOf(R"("9408":{"status":"REVOKED"})", kNow - days(100));
  EXPECT_EQ(Described(), Reason::kRevoked) << "an old list is heard";
  revocations_ = nullptr;
  EXPECT_EQ(Described([](KeyDescriptionText& text) { text.challenge[0] ^= 1; }),
            Reason::kBindingMismatch);
  policy_.require_signature = true;
  EXPECT_EQ(Described(), Reason::kSignatureInvalid);
}

TEST_F(KeyAttestationTest, RefusesLowOrDifferingSecurityLevels) {
  const auto levels = [&](int attestation, int key) {
    return Described([&](KeyDescriptionText& text) {
      text.attestation_level = attestation;
      text.key_level = key;
    });
  };
  EXPECT_EQ(levels(0, 0), Reason::kVerdictInsufficient);
  EXPECT_EQ(levels(0, 1), Reason::kVerdictInsufficient);
  EXPECT_EQ(levels(1, 0), Reason::kVerdictInsufficient);
  EXPECT_EQ(levels(1, 2), Reason::kVerdictInsufficient);
  EXPECT_EQ(levels(1, 1), Reason::kNone);
  policy_.level_min = SecurityLevel::kStrongBox;
  EXPECT_EQ(levels(1, 1), Reason::kVerdictInsufficient);
  policy_.level_min = SecurityLevel::kSoftware;
  EXPECT_EQ(levels(0, 0), Reason::kNone);
}

TEST_F(KeyAttestationTest, BelievesStrongBoxOnlyFromItsOwnChain) {
  text_.description.attestation_level = 2;
  text_.description.key_level = 2;
  for (const auto provisioning : {Provisioning::kFactory, Provisioning::kRemote}) {
    text_.provisioning = provisioning;
    text_.hardware_name = "TEE";
    EXPECT_EQ(Described(), Reason::kVerdictInsufficient);
    text_.hardware_name = "StrongBox";
    EXPECT_EQ(Described(), Reason::kNone);
  }
}

TEST_F(KeyAttestationTest, RefusesKeysThatWereNotGeneratedThere) {
  EXPECT_EQ(WithHardware(702, DerInteger(2)), Reason::kVerdictInsufficient) << "imported";
  EXPECT_EQ(WithoutHardware(702), Reason::kVerdictInsufficient);
  EXPECT_EQ(Described([](KeyDescriptionText& text) {
              text.hardware.Remove(702);
              text.software.Set(702, DerInteger(0));
            }),
            Reason::kVerdictInsufficient)
      << "only Android says so";
}

TEST_F(KeyAttestationTest, RefusesUnlockedPhonesUnlessThePolicyTakesThem) {
  EXPECT_EQ(WithHardware(704, issuing::RootOfTrustDer(0x00, 0)), Reason::kVerdictInsufficient);
  EXPECT_EQ(WithHardware(704, issuing::RootOfTrustDer(0x01, 0)), Reason::kNone);
  policy_.require_locked = false;
  EXPECT_EQ(WithHardware(704, issuing::RootOfTrustDer(0x00, 0)), Reason::kNone);
  EXPECT_EQ(WithHardware(704, issuing::RootOfTrustDer(0x00, 2)), Reason::kVerdictInsufficient);
}

TEST_F(KeyAttestationTest, RefusesOtherBootStatesUnlessThePolicyTakesThem) {
  for (const int state : {1, 2, 3}) {
    EXPECT_EQ(WithHardware(704, issuing::RootOfTrustDer(0xff, state)),
              Reason::kVerdictInsufficient);
  }
  policy_.require_verified_boot = false;
  EXPECT_EQ(WithHardware(704, issuing::RootOfTrustDer(0xff, 1)), Reason::kNone);
  EXPECT_EQ(WithHardware(704, issuing::RootOfTrustDer(0x00, 1)), Reason::kVerdictInsufficient);
}

TEST_F(KeyAttestationTest, NeedsARootOfTrustOfTheHardware) {
  policy_.require_locked = false;
  policy_.require_verified_boot = false;
  EXPECT_EQ(WithoutHardware(704), Reason::kVerdictInsufficient);
  EXPECT_EQ(Described([](KeyDescriptionText& text) {
              text.hardware.Remove(704);
              text.software.Set(704, issuing::RootOfTrustDer(0xff, 0));
            }),
            Reason::kVerdictInsufficient);
}

TEST_F(KeyAttestationTest, RefusesOtherApps) {
  const Bytes good(32, 0x99);
  EXPECT_EQ(WithApplication({"example.game"}, {good}), Reason::kAppMismatch);
  EXPECT_EQ(WithApplication({"example.game", "example.health"}, {good}), Reason::kNone);
  EXPECT_EQ(WithApplication({"Example.Health"}, {good}), Reason::kAppMismatch);
  EXPECT_EQ(WithApplication({}, {good}), Reason::kAppMismatch);
  EXPECT_EQ(Described([](KeyDescriptionText& text) { text.software.Remove(709); }),
            Reason::kAppMismatch);
}

TEST_F(KeyAttestationTest, RefusesOtherSigningCertificates) {
  const Bytes good(32, 0x99);
  const Bytes bad(32, 0x97);
  EXPECT_EQ(WithApplication({"example.health"}, {bad}), Reason::kAppMismatch);
  EXPECT_EQ(WithApplication({"example.health"}, {}), Reason::kAppMismatch);
  EXPECT_EQ(WithApplication({"example.health"}, {good, bad}), Reason::kAppMismatch);
  EXPECT_EQ(WithApplication({"example.health"}, {good, Bytes(32, 0x98)}), Reason::kNone);
  EXPECT_EQ(WithApplication({"example.health"}, {Bytes(31, 0x99)}), Reason::kAppMismatch);
}

TEST_F(KeyAttestationTest, HasAPatchLevelIfThePolicyAsks) {
  EXPECT_EQ(WithoutHardware(706), Reason::kNone);
  policy_.patch_level_min = 202511;
  EXPECT_EQ(Described(), Reason::kNone);
  EXPECT_EQ(WithHardware(706, DerInteger(202510)), Reason::kVerdictInsufficient);
  EXPECT_EQ(WithoutHardware(706), Reason::kVerdictInsufficient);
}

TEST_F(KeyAttestationTest, IsFresh) {
  const auto created = [&](std::int64_t after_now_ms) {
    return Described([&](KeyDescriptionText& text) {
      text.software.Set(701, DerInteger(1'700'000'000'000 + after_now_ms));
    });
  };
  EXPECT_EQ(created(-600'000), Reason::kNone);
  EXPECT_EQ(created(-600'001), Reason::kStale);
  EXPECT_EQ(created(300'000), Reason::kNone);
  EXPECT_EQ(created(300'001), Reason::kFuture);
}

TEST_F(KeyAttestationTest, SaysWhenItWasMade) {
  EXPECT_EQ(Described([](KeyDescriptionText& text) { text.software.Remove(701); }), Reason::kStale);
  EXPECT_EQ(Described([](KeyDescriptionText& text) {
              text.software.Remove(701);
              text.hardware.Set(701, DerInteger(1'700'000'000'000));
            }),
            Reason::kNone)
      << "hardware with a clock";
}

TEST_F(KeyAttestationTest, RefusesIdentifiersOfThePhone) {
  for (const int tag : {713, 714, 715, 723}) {
    EXPECT_EQ(WithHardware(tag, DerText("351163520096208")), Reason::kVerdictInsufficient) << tag;
    EXPECT_EQ(Described([&](KeyDescriptionText& text) { text.software.Set(tag, DerText("")); }),
              Reason::kVerdictInsufficient)
        << tag;
  }
  EXPECT_EQ(Described([](KeyDescriptionText& text) { text.unique_id = {1}; }),
            Reason::kVerdictInsufficient);
}

TEST_F(KeyAttestationTest, VerifiesTheSignatureIfThePolicyAsks) {
  const auto chain = issuer_.Issue(text_);
  Evidence evidence = issuing::EvidenceOf(chain);
  policy_.require_signature = true;
  EXPECT_EQ(Verify(evidence), Reason::kSignatureInvalid) << "there is none";
  issuing::SignUpload(chain[0], message_, evidence);
  EXPECT_EQ(Verify(evidence), Reason::kNone);
  issuing::SignUpload(chain[1], message_, evidence);
  EXPECT_EQ(Verify(evidence), Reason::kSignatureInvalid) << "of another key";
  issuing::SignUpload(chain[0], Bytes{1}, evidence);
  EXPECT_EQ(Verify(evidence), Reason::kSignatureInvalid) << "of another upload";
  policy_.require_signature = false;
  EXPECT_EQ(Verify(evidence), Reason::kNone);
}

TEST_F(KeyAttestationTest, NeedsAKeyThatSignsOnlyIfThePolicyAsks) {
  const auto signed_with = [&](const KeyAttestationText& text) {
    const auto chain = issuer_.Issue(text);
    Evidence evidence = issuing::EvidenceOf(chain);
    issuing::SignUpload(chain[0], message_, evidence);
    return Verify(evidence);
  };
  KeyAttestationText rsa = text_;
  rsa.leaf_key = issuing::GenerateRsa2048();
  KeyAttestationText p384 = text_;
  p384.leaf_key = issuing::GenerateP384();
  KeyAttestationText silent = text_;
  silent.description.hardware.Set(1, issuing::DerSet({DerInteger(3)}));
  for (const KeyAttestationText& text : {rsa, p384, silent}) {
    policy_.require_signature = false;
    EXPECT_EQ(signed_with(text), Reason::kNone);
    policy_.require_signature = true;
    EXPECT_EQ(signed_with(text), Reason::kVerdictInsufficient);
  }
}

TEST_F(KeyAttestationTest, ExplainsEveryStepAfterAFailure) {
  policy_.require_signature = true;
  policy_.patch_level_min = 209901;
  Checks checks(Checks::Detail::kEveryStep);
  VerifyKeyAttestation(issuing::EvidenceOf(issuer_.Issue(text_)),
                       {message_, crypto::Sha256(message_)}, policy_, {anchors_, nullptr}, kNow,
                       checks);
  EXPECT_EQ(checks.reason(), Reason::kVerdictInsufficient);
  std::vector<Reason> failures;
  for (const Step& step : checks.steps()) {
    if (step.failure != Reason::kNone) failures.push_back(step.failure);
    EXPECT_FALSE(step.explanation.empty()) << step.name;
    EXPECT_EQ(step.explanation.find("maker"), std::string::npos) << "the phone's model";
    EXPECT_EQ(step.explanation.find("model"), std::string::npos) << "the phone's model";
  }
  EXPECT_EQ(failures, (std::vector{Reason::kVerdictInsufficient, Reason::kSignatureInvalid,
                                   Reason::kUnavailable}));
}

}  // namespace
}  // namespace enks::attestation
