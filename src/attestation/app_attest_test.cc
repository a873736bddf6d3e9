#include "attestation/app_attest.h"

#include <gtest/gtest.h>

#include <functional>

#include "attestation/issuing/app_attest_maker.h"
#include "attestation/issuing/cbor_maker.h"
#include "attestation/issuing/signing.h"
#include "base/base64.h"

// Every lie that an App Attest object can tell, one at a time (spec/device-attestation.md
// section 16), made by an issuer of our own.
namespace enks::attestation {
namespace {

using base::Bytes;
using issuing::AppAttestIssuer;
using issuing::AppAttestText;
using issuing::MadeAppAttest;

constexpr base::UnixTime kNow{std::chrono::seconds(1'700'000'000)};

class AppAttestTest : public ::testing::Test {
 protected:
  AppAttestTest() {
    policy_.app_ids = {"ABCDE12345.another.app", text_.app_id};
    text_.made_at = kNow;
  }

  Reason Verify(const Evidence& evidence) {
    Checks checks(Checks::Detail::kFirstFailure);
    const auto key =
        VerifyAppAttest(evidence, text_.client_data_hash, policy_, issuer_.Anchors(), kNow, checks);
    EXPECT_EQ(key.has_value(), checks.reason() == Reason::kNone);
    return checks.reason();
  }
  // Of a fresh attestation that says what text_ says, as changed by `lie`.
  Reason Made(const std::function<void(AppAttestText&)>& lie = [](AppAttestText&) {}) {
    AppAttestText text = text_;
    lie(text);
    return Verify(issuer_.Attest(text).evidence);
  }
  // Of a sound object of which `change` changed the bytes.
  Reason Changed(const std::function<void(Bytes&)>& change) {
    MadeAppAttest made = issuer_.Attest(text_);
    change(made.object);
    made.evidence.token = base::ToBase64(made.object);
    return Verify(made.evidence);
  }

  AppAttestIssuer issuer_{kNow - std::chrono::days(100)};
  AppAttestText text_;
  AppAttestPolicy policy_;
};

TEST_F(AppAttestTest, TakesASoundAttestation) {
  EXPECT_EQ(Made(), Reason::kNone);
}

TEST_F(AppAttestTest, ReturnsTheAttestedKey) {
  const MadeAppAttest made = issuer_.Attest(text_);
  Checks checks(Checks::Detail::kFirstFailure);
  const auto key = VerifyAppAttest(made.evidence, text_.client_data_hash, policy_,
                                   issuer_.Anchors(), kNow, checks);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->key.Spki(), issuing::PublicKeyOf(made.private_key).Spki());
  EXPECT_EQ(key->app_id, text_.app_id);
}

TEST_F(AppAttestTest, TakesIndefiniteLengths) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.is_of_indefinite_length = true; }), Reason::kNone);
}

TEST_F(AppAttestTest, TakesTheChainWithItsRoot) {
  const MadeAppAttest made = issuer_.Attest(text_);
  const auto object = ReadAppAttestObject(made.object);
  ASSERT_TRUE(object.ok());
  const auto with = [&](std::initializer_list<Bytes> certificates) {
    Evidence evidence = made.evidence;
    evidence.token = base::ToBase64(issuing::CborMap(
        {issuing::CborText("fmt"), issuing::CborText("apple-appattest"),
         issuing::CborText("attStmt"),
         issuing::CborMap({issuing::CborText("x5c"), issuing::CborArray(certificates),
                           issuing::CborText("receipt"), issuing::CborBytes(object->receipt)}),
         issuing::CborText("authData"), issuing::CborBytes(object->authenticator_data)}));
    return Verify(evidence);
  };
  const Bytes leaf = issuing::CborBytes(object->chain[0].Der());
  const Bytes intermediate = issuing::CborBytes(object->chain[1].Der());
  const Bytes root = issuing::CborBytes(issuer_.root().Der());
  EXPECT_EQ(with({leaf, intermediate}), Reason::kNone);
  EXPECT_EQ(with({leaf, intermediate, root}), Reason::kNone);
  EXPECT_EQ(with({leaf, intermediate, intermediate, root}), Reason::kMalformed);
  EXPECT_EQ(with({leaf}), Reason::kMalformed);
  EXPECT_EQ(with({intermediate, leaf}), Reason::kMalformed) << "the first one is no leaf";
  EXPECT_EQ(with({leaf, root}), Reason::kChainInvalid);
}

TEST_F(AppAttestTest, RefusesAnotherIssuer) {
  const AppAttestIssuer stranger(kNow - std::chrono::days(100));
  EXPECT_EQ(Verify(stranger.Attest(text_).evidence), Reason::kChainInvalid);
}

TEST_F(AppAttestTest, RefusesAnotherNonce) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.nonce = Bytes(32, 0x77); }),
            Reason::kBindingMismatch);
  EXPECT_EQ(Made([](AppAttestText& text) { text.nonce = Bytes(31, 0x77); }), Reason::kMalformed);
}

TEST_F(AppAttestTest, RefusesAnotherUpload) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.client_data_hash[31] ^= 1; }),
            Reason::kBindingMismatch);
}

TEST_F(AppAttestTest, RefusesAnotherKeyId) {
  MadeAppAttest made = issuer_.Attest(text_);
  made.evidence.key_id = base::ToBase64(Bytes(32, 0x55));
  EXPECT_EQ(Verify(made.evidence), Reason::kBindingMismatch);
  made.evidence.key_id = base::ToBase64(Bytes(31, 0x55));
  EXPECT_EQ(Verify(made.evidence), Reason::kMalformed);
  made.evidence.key_id = "not base64!";
  EXPECT_EQ(Verify(made.evidence), Reason::kMalformed);
  made.evidence.key_id = "";
  EXPECT_EQ(Verify(made.evidence), Reason::kMalformed);
}

TEST_F(AppAttestTest, RefusesAnotherApp) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.app_id = "ABCDE12345.example.game"; }),
            Reason::kAppMismatch);
  EXPECT_EQ(Made([](AppAttestText& text) { text.app_id = "abcde12345.example.health"; }),
            Reason::kAppMismatch);
}

TEST_F(AppAttestTest, TakesDevelopmentKeysOnlyIfThePolicySaysSo) {
  const auto development = [](AppAttestText& text) { text.environment = "appattestdevelop"; };
  EXPECT_EQ(Made(development), Reason::kAppMismatch);
  policy_.allow_development = true;
  EXPECT_EQ(Made(development), Reason::kNone);
  EXPECT_EQ(Made(), Reason::kNone);
  EXPECT_EQ(Made([](AppAttestText& text) { text.environment = "appattestsandbox"; }),
            Reason::kAppMismatch);
}

TEST_F(AppAttestTest, RefusesACounterThatIsNotZero) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.counter = 1; }), Reason::kReplayed);
  EXPECT_EQ(Made([](AppAttestText& text) { text.counter = 0x01000000; }), Reason::kReplayed);
}

TEST_F(AppAttestTest, WantsTheFlagOfAttestedData) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.flags = 0; }), Reason::kMalformed);
  EXPECT_EQ(Made([](AppAttestText& text) { text.flags = 0x41; }), Reason::kNone);
}

TEST_F(AppAttestTest, RefusesAnotherCredentialId) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.credential_id = Bytes(32, 0x66); }),
            Reason::kBindingMismatch);
  EXPECT_EQ(Made([](AppAttestText& text) { text.credential_id = Bytes(31, 0x66); }),
            Reason::kMalformed);
  EXPECT_EQ(Made([](AppAttestText& text) { text.credential_id = Bytes(33, 0x66); }),
            Reason::kMalformed);
}

TEST_F(AppAttestTest, RefusesACoseKeyOfAnotherPoint) {
  EXPECT_EQ(Made([](AppAttestText& text) {
              text.cose_point = issuing::PublicKeyOf(issuing::GenerateP256()).Point();
            }),
            Reason::kBindingMismatch);
}

TEST_F(AppAttestTest, RefusesBytesBehindTheCoseKey) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.behind_key = {0x00}; }), Reason::kMalformed);
}

TEST_F(AppAttestTest, RefusesBytesBehindTheObject) {
  EXPECT_EQ(Changed([](Bytes& object) { object.push_back(0x00); }), Reason::kMalformed);
  EXPECT_EQ(Changed([](Bytes& object) { object.pop_back(); }), Reason::kMalformed);
}

TEST_F(AppAttestTest, RefusesAnotherFormat) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.format = "apple"; }), Reason::kMalformed);
}

TEST_F(AppAttestTest, RefusesEveryFlippedByte) {
  const MadeAppAttest made = issuer_.Attest(text_);
  for (std::size_t i = 0; i < made.object.size(); i += 7) {
    Bytes object = made.object;
    object[i] ^= 0x01;
    Evidence evidence = made.evidence;
    evidence.token = base::ToBase64(object);
    // A receipt carries two certificates that the verification does not need.
    if (Verify(evidence) == Reason::kNone) {
      const auto read = ReadAppAttestObject(object);
      ASSERT_TRUE(read.ok());
      EXPECT_NE(read->receipt, ReadAppAttestObject(made.object)->receipt) << "byte " << i;
    }
  }
}

TEST_F(AppAttestTest, BoundsTheTokensSize) {
  MadeAppAttest made = issuer_.Attest(text_);
  made.evidence.token.resize(kTokenCharactersMax, '=');
  EXPECT_EQ(Verify(made.evidence), Reason::kNone) << "any padding is taken";
  made.evidence.token += '=';
  EXPECT_EQ(Verify(made.evidence), Reason::kMalformed);
  made.evidence.token = "";
  EXPECT_EQ(Verify(made.evidence), Reason::kMalformed);
}

TEST_F(AppAttestTest, ExplainsEveryStepAfterAFailure) {
  text_.counter = 1;
  const MadeAppAttest made = issuer_.Attest(text_);
  policy_.app_ids = {"ABCDE12345.another.app"};
  Checks checks(Checks::Detail::kEveryStep);
  EXPECT_FALSE(VerifyAppAttest(made.evidence, text_.client_data_hash, policy_, issuer_.Anchors(),
                               kNow, checks));
  EXPECT_EQ(checks.reason(), Reason::kAppMismatch);
  EXPECT_EQ(std::ranges::count_if(checks.steps(),
                                  [](const Step& step) { return step.failure != Reason::kNone; }),
            3)
      << "the app, the counter, the receipt's app";
  for (const Step& step : checks.steps()) EXPECT_FALSE(step.explanation.empty()) << step.name;
}

}  // namespace
}  // namespace enks::attestation
