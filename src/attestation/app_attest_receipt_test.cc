#include "attestation/app_attest_receipt.h"

#include <gtest/gtest.h>

#include <functional>

#include "attestation/issuing/app_attest_maker.h"
#include "attestation/issuing/der_maker.h"
#include "attestation/issuing/signing.h"
#include "base/time_text.h"

namespace enks::attestation {
namespace {

using base::Bytes;
using crypto::CertifiedKey;
using issuing::AppAttestIssuer;
using issuing::AppAttestText;
using issuing::DerInteger;
using issuing::DerOctetString;
using issuing::DerSequence;
using issuing::DerText;

constexpr base::UnixTime kNow{std::chrono::seconds(1'700'000'000)};

class AppAttestReceiptTest : public ::testing::Test {
 protected:
  AppAttestReceiptTest() { text_.made_at = kNow; }

  // Of an attestation that says what text_ says, as changed by `lie`.
  Reason Made(const std::function<void(AppAttestText&)>& lie = [](AppAttestText&) {}) {
    AppAttestText text = text_;
    lie(text);
    Checks checks(Checks::Detail::kFirstFailure);
    VerifyAppAttest(issuer_.Attest(text).evidence, text_.client_data_hash, policy_,
                    issuer_.Anchors(), kNow, checks);
    return checks.reason();
  }
  Reason MadeAt(const std::string& created) {
    return Made([&](AppAttestText& text) { text.receipt_created = created; });
  }

  AppAttestIssuer issuer_{kNow - std::chrono::days(100)};
  AppAttestText text_;
  AppAttestPolicy policy_{.app_ids = {text_.app_id}, .window = {}};
};

TEST_F(AppAttestReceiptTest, IsTakenWhenItFits) {
  EXPECT_EQ(Made(), Reason::kNone);
}

TEST_F(AppAttestReceiptTest, IsNeededUnlessThePolicySaysOtherwise) {
  const auto without = [](AppAttestText& text) { text.has_receipt = false; };
  EXPECT_EQ(Made(without), Reason::kMalformed);
  policy_.require_receipt = false;
  EXPECT_EQ(Made(without), Reason::kNone);
}

TEST_F(AppAttestReceiptTest, MustBeOfTheSameKey) {
  const crypto::Certificate other = issuer_.Attest(text_).leaf;
  EXPECT_EQ(Made([&](AppAttestText& text) { text.receipt_certificate = other; }),
            Reason::kBindingMismatch);
}

TEST_F(AppAttestReceiptTest, MustBeOfTheSameApp) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.receipt_app_id = "ABCDE12345.another.app"; }),
            Reason::kAppMismatch);
}

TEST_F(AppAttestReceiptTest, MustBeOfTheSameUpload) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.receipt_client_hash = Bytes(32, 0x12); }),
            Reason::kBindingMismatch);
}

TEST_F(AppAttestReceiptTest, MustNotBeARenewedOne) {
  EXPECT_EQ(Made([](AppAttestText& text) { text.receipt_type = "RECEIPT"; }),
            Reason::kBindingMismatch);
}

TEST_F(AppAttestReceiptTest, MustBeFreshToTheMillisecond) {
  const auto text_at = [](int seconds, const std::string& fraction) {
    std::string text = base::FormatTime(kNow + std::chrono::seconds(seconds));
    text.pop_back();
    return text + fraction + "Z";
  };
  EXPECT_EQ(MadeAt(text_at(-600, "")), Reason::kNone);
  EXPECT_EQ(MadeAt(text_at(-601, ".999")), Reason::kStale);
  EXPECT_EQ(MadeAt(text_at(60, ".000999999")), Reason::kNone);
  EXPECT_EQ(MadeAt(text_at(60, ".001")), Reason::kFuture);
}

TEST_F(AppAttestReceiptTest, MustSayATime) {
  EXPECT_EQ(MadeAt("2023-11-14T22:13:20.5Z"), Reason::kNone) << "kNow and a half";
  for (const auto* text :
       {"", "2023-11-14", "2023-11-14T22:13:20", "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20.+5Z",
        "2023-11-14T22:13:20.0000000000Z", "2023-11-14T22:13:20.5+00:00", "2023-02-30T22:13:20Z"}) {
    EXPECT_EQ(MadeAt(text), Reason::kMalformed) << text;
  }
}

// The rest is about receipts that Apple would not make, signed by an issuer of the test's own.
class SignedReceiptTest : public AppAttestReceiptTest {
 protected:
  static CertifiedKey Signer(base::UnixTime not_after) {
    return crypto::SelfSigned(
        crypto::AuthorityText("Signer", kNow - std::chrono::days(1), not_after),
        issuing::GenerateP256());
  }
  static Bytes Field(std::int64_t type, const Bytes& value) {
    return DerSequence({DerInteger(type), DerInteger(1), value});
  }
  Bytes Content(const Bytes& more) const {
    return issuing::DerSet(
        {Field(2, DerText(text_.app_id)), Field(3, DerOctetString(leaf_.leaf.Der())),
         Field(4, DerOctetString(text_.client_data_hash)), Field(6, DerText("ATTEST")),
         Field(12, DerText(base::FormatTime(kNow))), more});
  }
  Reason Check(const Bytes& ber) const {
    const crypto::ChainVerifier anchors({signer_.certificate}, crypto::ChainPurpose::kAny);
    Checks checks(Checks::Detail::kFirstFailure);
    CheckAppAttestReceipt(ber, {text_.app_id, key_, text_.client_data_hash}, anchors, kNow, {},
                          checks);
    return checks.reason();
  }
  Reason CheckContent(const Bytes& content) const {
    return Check(issuing::SignContent(content, signer_, {}));
  }

  CertifiedKey signer_ = Signer(kNow + std::chrono::days(1));
  issuing::MadeAppAttest leaf_ = issuer_.Attest(text_);
  crypto::PublicKey key_ = issuing::PublicKeyOf(leaf_.private_key);
};

TEST_F(SignedReceiptTest, MayHoldFieldsThatAreNotKnown) {
  EXPECT_EQ(CheckContent(Content({})), Reason::kNone);
  EXPECT_EQ(CheckContent(Content(Field(99, DerText("?")))), Reason::kNone);
}

TEST_F(SignedReceiptTest, HoldsEachFieldOnce) {
  EXPECT_EQ(CheckContent(Content(Field(6, DerText("ATTEST")))), Reason::kMalformed);
  EXPECT_EQ(CheckContent(issuing::DerSet({Field(2, DerText(text_.app_id))})), Reason::kMalformed);
  EXPECT_EQ(CheckContent(issuing::DerSet({})), Reason::kMalformed);
  Bytes many;
  for (int type = 100; type < 200; ++type) {
    many = issuing::Concatenated({many, Field(type, DerText(""))});
  }
  EXPECT_EQ(CheckContent(Content(many)), Reason::kMalformed);
}

TEST_F(SignedReceiptTest, MustBeWellFormed) {
  EXPECT_EQ(CheckContent(issuing::Concatenated({Content({}), {0x00}})), Reason::kMalformed);
  EXPECT_EQ(CheckContent(Content(DerInteger(1))), Reason::kMalformed);
  EXPECT_EQ(CheckContent(DerSequence({})), Reason::kMalformed);
  EXPECT_EQ(Check({}), Reason::kMalformed);
  EXPECT_EQ(Check(Content({})), Reason::kMalformed) << "not signed";
}

TEST_F(SignedReceiptTest, MustHaveNothingBehindIt) {
  Bytes ber = issuing::SignContent(Content({}), signer_, {});
  ber.push_back(0x00);
  EXPECT_EQ(Check(ber), Reason::kMalformed);
}

TEST_F(SignedReceiptTest, MustBeSignedAsItStands) {
  Bytes ber = issuing::SignContent(Content({}), signer_, {});
  const Bytes hash = DerOctetString(text_.client_data_hash);
  const auto at = std::search(ber.begin(), ber.end(), hash.begin(), hash.end());
  ASSERT_NE(at, ber.end());
  at[2] ^= 1;
  EXPECT_EQ(Check(ber), Reason::kSignatureInvalid);
}

TEST_F(SignedReceiptTest, MustBeSignedByACertificateThatIsValidNow) {
  signer_ = Signer(kNow - std::chrono::seconds(1));
  EXPECT_EQ(CheckContent(Content({})), Reason::kChainInvalid);
}

TEST_F(SignedReceiptTest, MustBeSignedUnderAnAnchor) {
  const CertifiedKey stranger = Signer(kNow + std::chrono::days(1));
  EXPECT_EQ(Check(issuing::SignContent(Content({}), stranger, {})), Reason::kChainInvalid);
}

}  // namespace
}  // namespace enks::attestation
