#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "attestation/app_attest_assertion.h"
#include "attestation/app_attest_object.h"
#include "attestation/app_attest_receipt.h"
#include "attestation/testing/vectors.h"
#include "base/base64.h"
#include "base/time_text.h"
#include "crypto/digest.h"

// Genuine attestations with the real roots, each at the time that its file names.
namespace enks::attestation {
namespace {

using base::Bytes;
using testing::At;
using testing::JsonVector;
using testing::TextAt;

const std::vector<std::string>& Names() {
  static const std::vector<std::string> names = {
      "apple_guide_2024_04",       "chiff_2021_04",
      "uebelack_2024_development", "veehaitch_ios_14.2",
      "veehaitch_ios_14.3",        "veehaitch_ios_14.3-beta-2",
      "veehaitch_ios_14.3-beta-3", "veehaitch_ios_14.4-beta-1",
      "veehaitch_ios_14.4-beta-2"};
  return names;
}

Bytes Base64At(json::Value object, std::string_view name) {
  return *base::FromAnyBase64(TextAt(object, name));
}

base::UnixTime TimeAt(json::Value object, std::string_view name) {
  return *base::ParseTime(TextAt(object, name).substr(0, 19) + "Z");
}

crypto::ChainVerifier AnchorsOf(std::string_view path) {
  return {testing::ReadCertificates(path), crypto::ChainPurpose::kAny};
}

class AppAttestVectorsTest : public ::testing::TestWithParam<std::string> {
 protected:
  AppAttestVectorsTest() : vector_("appattest/" + GetParam() + ".json"), root_(vector_.Root()) {
    evidence_.scheme = Scheme::kAppAttest;
    evidence_.token = TextAt(root_, "attestation_b64");
    evidence_.key_id = TextAt(root_, "keyId_b64");
    policy_.app_ids = {"ABCDE12345.another.app", TextAt(root_, "app_id")};
    policy_.allow_development = TextAt(root_, "environment") == "development";
    // The times of the files are those of the certificates; the receipts are up to a day younger.
    policy_.window = {std::chrono::days(2), std::chrono::days(2)};
  }

  std::optional<AppAttestKey> Verify(base::UnixTime now, Checks& checks) const {
    return VerifyAppAttest(evidence_, Hash(), policy_, {anchors_, receipt_anchors_}, now, checks);
  }
  Reason ReasonAt(base::UnixTime now) const {
    Checks checks(Checks::Detail::kFirstFailure);
    Verify(now, checks);
    return checks.reason();
  }
  Bytes Hash() const { return *base::FromHex(TextAt(root_, "clientDataHash_hex")); }
  base::UnixTime Now() const { return TimeAt(root_, "verify_at"); }

  JsonVector vector_;
  json::Value root_;
  Evidence evidence_;
  AppAttestPolicy policy_;
  crypto::ChainVerifier anchors_ = AnchorsOf("roots/apple_app_attestation_root_ca.pem");
  crypto::ChainVerifier receipt_anchors_ = AnchorsOf("roots/apple_root_ca_g3.pem");
};

TEST_P(AppAttestVectorsTest, IsAcceptedInItsTime) {
  Checks checks(Checks::Detail::kEveryStep);
  const auto key = Verify(Now(), checks);
  for (const Step& step : checks.steps()) {
    EXPECT_EQ(step.failure, Reason::kNone) << step.name << ": " << step.explanation;
  }
  ASSERT_TRUE(key);
  EXPECT_EQ(key->app_id, TextAt(root_, "app_id"));
  if (const std::string pem = TextAt(root_, "public_key_pem"); !pem.empty()) {
    EXPECT_EQ(key->key.Spki(), crypto::PublicKey::FromPem(pem)->Spki());
  }
}

TEST_P(AppAttestVectorsTest, IsAcceptedWithTheUsualWindowWhenItsReceiptIsFresh) {
  const auto object = ReadAppAttestObject(*base::FromAnyBase64(evidence_.token));
  ASSERT_TRUE(object.ok());
  const auto receipt = ReadAppAttestReceipt(object->receipt);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  const auto created = std::chrono::floor<std::chrono::seconds>(receipt->created);
  policy_.window = {};
  EXPECT_EQ(ReasonAt(created), Reason::kNone);
  EXPECT_EQ(ReasonAt(created + std::chrono::seconds(600)), Reason::kNone);
  EXPECT_EQ(ReasonAt(created + std::chrono::seconds(602)), Reason::kStale);
  EXPECT_EQ(ReasonAt(created - std::chrono::seconds(61)), Reason::kFuture);
}

TEST_P(AppAttestVectorsTest, IsRefusedOutsideTheLeafsLife) {
  policy_.require_receipt = false;
  EXPECT_EQ(ReasonAt(TimeAt(root_, "leaf_not_before")), Reason::kNone);
  EXPECT_EQ(ReasonAt(TimeAt(root_, "leaf_not_before") - std::chrono::seconds(1)),
            Reason::kChainInvalid);
  EXPECT_EQ(ReasonAt(TimeAt(root_, "leaf_not_after") - std::chrono::seconds(1)), Reason::kNone);
  EXPECT_EQ(ReasonAt(TimeAt(root_, "leaf_not_after") + std::chrono::seconds(1)),
            Reason::kChainInvalid);
}

TEST_P(AppAttestVectorsTest, IsRefusedWithOtherAnchors) {
  anchors_ = AnchorsOf("refused_roots/apple_webauthn_root_ca.pem");
  EXPECT_EQ(ReasonAt(Now()), Reason::kChainInvalid);
  anchors_ = AnchorsOf("roots/apple_app_attestation_root_ca.pem");
  receipt_anchors_ = anchors_;
  EXPECT_EQ(ReasonAt(Now()), Reason::kChainInvalid);
}

TEST_P(AppAttestVectorsTest, IsRefusedForAnotherUpload) {
  Bytes hash = Hash();
  hash[0] ^= 1;
  Checks checks(Checks::Detail::kFirstFailure);
  EXPECT_FALSE(
      VerifyAppAttest(evidence_, hash, policy_, {anchors_, receipt_anchors_}, Now(), checks));
  EXPECT_EQ(checks.reason(), Reason::kBindingMismatch);
}

TEST_P(AppAttestVectorsTest, HasAssertionsThatAreAcceptedOnce) {
  Checks made(Checks::Detail::kFirstFailure);
  const auto key = Verify(Now(), made);
  ASSERT_TRUE(key);
  const json::Value assertions = At(root_, "assertions");
  for (auto each = assertions.Exists() ? assertions.First() : json::Value(); each.Exists();
       each = each.Next()) {
    const auto counter = static_cast<std::uint32_t>(testing::NumberAt(each, "counter"));
    Evidence evidence = evidence_;
    evidence.assertion = TextAt(each, "assertion_b64");
    const auto hash = crypto::Sha256(Base64At(each, "clientData_b64"));
    Checks checks(Checks::Detail::kFirstFailure);
    EXPECT_EQ(VerifyAppAttestAssertion(evidence, hash, policy_, *key, counter - 1, checks),
              counter);
    Checks again(Checks::Detail::kFirstFailure);
    EXPECT_FALSE(VerifyAppAttestAssertion(evidence, hash, policy_, *key, counter, again));
    EXPECT_EQ(again.reason(), Reason::kReplayed);
  }
}

// Renewed receipts carry a client hash that Apple spoiled; only the first one is of any use here.
TEST_P(AppAttestVectorsTest, HasReceiptsOfWhichOnlyTheFirstKindIsAccepted) {
  const auto object = ReadAppAttestObject(*base::FromAnyBase64(evidence_.token));
  ASSERT_TRUE(object.ok());
  const auto leaf_key = object->chain.front().Key();
  const Bytes hash = Hash();
  const json::Value receipts = At(root_, "receipts");
  for (auto each = receipts.Exists() ? receipts.First() : json::Value(); each.Exists();
       each = each.Next()) {
    const Bytes ber = Base64At(each, "receipt_b64");
    const auto receipt = ReadAppAttestReceipt(ber);
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    EXPECT_TRUE(receipt->envelope.is_signature_valid);
    EXPECT_EQ(receipt->type, TextAt(each, "type"));
    EXPECT_EQ(base::ToBase64(receipt->client_hash), TextAt(each, "clientHashBase64"));
    const base::UnixTime created =
        *base::ParseTime(TextAt(each, "creationTime").replace(10, 1, "T").substr(0, 19) + "Z");
    EXPECT_EQ(std::chrono::floor<std::chrono::seconds>(receipt->created), created);
    Checks checks(Checks::Detail::kFirstFailure);
    CheckAppAttestReceipt(ber, {TextAt(root_, "app_id"), *leaf_key, hash}, receipt_anchors_,
                          created, {}, checks);
    EXPECT_EQ(checks.reason(),
              receipt->type == "ATTEST" ? Reason::kNone : Reason::kBindingMismatch);
  }
}

INSTANTIATE_TEST_SUITE_P(Vectors, AppAttestVectorsTest, ::testing::ValuesIn(Names()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           for (char& c : name) {
                             if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace enks::attestation
