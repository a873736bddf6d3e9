#include "attestation/app_attest_assertion.h"

#include <gtest/gtest.h>

#include <limits>

#include "attestation/issuing/app_attest_maker.h"
#include "attestation/issuing/cbor_maker.h"
#include "attestation/issuing/signing.h"
#include "base/base64.h"

namespace enks::attestation {
namespace {

using base::Bytes;
using issuing::AppAttestAssertionText;

class AppAttestAssertionTest : public ::testing::Test {
 protected:
  AppAttestAssertionTest() { policy_.app_ids = {text_.app_id}; }

  Reason VerifyText(const std::string& assertion, std::uint32_t stored_counter) {
    Evidence evidence;
    evidence.assertion = assertion;
    Checks checks(Checks::Detail::kFirstFailure);
    counter_ = VerifyAppAttestAssertion(evidence, Bytes(32, 0x11), policy_, stored_, stored_counter,
                                        checks);
    EXPECT_EQ(counter_.has_value(), checks.reason() == Reason::kNone);
    return checks.reason();
  }
  Reason Verify(std::uint32_t stored_counter = 0) {
    return VerifyText(issuing::AssertAppAttest(private_key_, text_), stored_counter);
  }

  std::string private_key_ = issuing::GenerateP256();
  AppAttestAssertionText text_;
  AppAttestPolicy policy_;
  AppAttestKey stored_{issuing::PublicKeyOf(private_key_), text_.app_id};
  std::optional<std::uint32_t> counter_;
};

TEST_F(AppAttestAssertionTest, GivesTheNewCounter) {
  text_.counter = 7;
  EXPECT_EQ(Verify(6), Reason::kNone);
  EXPECT_EQ(counter_, 7U);
  text_.counter = std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(Verify(6), Reason::kNone);
  EXPECT_EQ(counter_, text_.counter);
}

TEST_F(AppAttestAssertionTest, NeedsAHigherCounter) {
  text_.counter = 7;
  EXPECT_EQ(Verify(7), Reason::kReplayed);
  EXPECT_EQ(Verify(8), Reason::kReplayed);
  text_.counter = 0;
  EXPECT_EQ(Verify(0), Reason::kReplayed);
}

TEST_F(AppAttestAssertionTest, NeedsTheNonceToBeHashedAgain) {
  text_.is_hashed_once = true;
  EXPECT_EQ(Verify(), Reason::kSignatureInvalid);
}

TEST_F(AppAttestAssertionTest, TakesFlagsThatPromiseAttestedData) {
  text_.flags = 0x40;
  EXPECT_EQ(Verify(), Reason::kNone);
  text_.flags = 0;
  EXPECT_EQ(Verify(), Reason::kNone);
}

TEST_F(AppAttestAssertionTest, IsOfTheStoredKey) {
  stored_.key = issuing::PublicKeyOf(issuing::GenerateP256());
  EXPECT_EQ(Verify(), Reason::kSignatureInvalid);
}

TEST_F(AppAttestAssertionTest, IsForThisUpload) {
  text_.client_data_hash[0] ^= 1;
  EXPECT_EQ(Verify(), Reason::kSignatureInvalid);
}

TEST_F(AppAttestAssertionTest, IsOfTheStoredAppWhichThePolicyStillNames) {
  text_.app_id = "ABCDE12345.another.app";
  policy_.app_ids.push_back(text_.app_id);
  EXPECT_EQ(Verify(), Reason::kAppMismatch);
  stored_.app_id = text_.app_id;
  EXPECT_EQ(Verify(), Reason::kNone);
  policy_.app_ids.pop_back();
  EXPECT_EQ(Verify(), Reason::kAppMismatch);
}

TEST_F(AppAttestAssertionTest, IsWellFormed) {
  text_.behind_head = {0x00};
  EXPECT_EQ(Verify(), Reason::kMalformed);
  const auto encoded = [](std::initializer_list<Bytes> members) {
    return base::ToBase64(issuing::CborMap(members));
  };
  const Bytes signature = issuing::CborText("signature");
  const Bytes data = issuing::CborText("authenticatorData");
  const Bytes value = issuing::CborBytes(Bytes(37, 0));
  EXPECT_EQ(VerifyText(encoded({signature, value, data, value}), 0), Reason::kSignatureInvalid);
  EXPECT_EQ(VerifyText(encoded({signature, value}), 0), Reason::kMalformed);
  EXPECT_EQ(VerifyText(encoded({data, value}), 0), Reason::kMalformed);
  EXPECT_EQ(VerifyText(encoded({signature, issuing::CborText("x"), data, value}), 0),
            Reason::kMalformed);
  EXPECT_EQ(VerifyText(encoded({signature, value, data, issuing::CborBytes(Bytes(36, 0))}), 0),
            Reason::kMalformed);
  EXPECT_EQ(VerifyText("", 0), Reason::kMalformed);
  EXPECT_EQ(VerifyText("!", 0), Reason::kMalformed);
  EXPECT_EQ(VerifyText(std::string(kTokenCharactersMax + 1, 'A'), 0), Reason::kMalformed);
}

}  // namespace
}  // namespace enks::attestation
