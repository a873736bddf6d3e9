#include "phone/health_authority.h"

#include <gtest/gtest.h>

#include "authority/certificate.h"
#include "phone/upload.h"

namespace enks::phone {
namespace {

const UnixTime kNow(std::chrono::seconds(1606780800));

// What the server would say to the certificates of a simulated authority.
class HealthAuthorityTest : public testing::Test {
 protected:
  HealthAuthorityTest() {
    std::array<std::uint8_t, 16> bytes;
    bytes.fill(1);
    keys_ = {{.key = KeyData(bytes), .start = exposure::IntervalAt(kNow - std::chrono::days(1))}};
  }

  UploadContent Prepare(const HealthAuthority& authority) {
    return PrepareUpload("app", keys_, disclosure_, "", authority, kNow, random_);
  }

  authority::CertificateVerdict Verify(const UploadContent& content, UnixTime now) {
    const AuthorityIdentity& identity = authority_.identity();
    store::HealthAuthority row;
    row.id = 7;
    row.issuer = identity.issuer;
    row.audience = identity.audience;
    row.keys = {{.version = identity.key_version,
                 .from = kNow - std::chrono::days(1),
                 .thru = {},
                 .public_key_pem = authority_.PublicKeyPem()}};
    store::AuthorizedApp app;
    app.name = "app";
    app.health_authority_ids = {7};
    const authority::DirectorySnapshot directory({app}, {row});
    return authority::CertificateVerifier({}).Verify(content.certificate, content.hmac_key_base64,
                                                     content.keys, app, directory, now);
  }

  base::SeededRandom random_{1};
  std::vector<Tek> keys_;
  Disclosure disclosure_{.report_type = exposure::ReportType::kLikely,
                         .symptom_onset = exposure::IntervalAt(kNow - std::chrono::days(3)),
                         .transmission_risk = 5};
  const HealthAuthority authority_{{}, crypto::EcdsaPrivateKey::Generate()};
};

TEST_F(HealthAuthorityTest, CertifiesWhatTheServerAccepts) {
  const auto verdict = Verify(Prepare(authority_), kNow);
  ASSERT_TRUE(verdict.certificate.has_value()) << verdict.reason;
  EXPECT_EQ(verdict.certificate->diagnosis.report_type, exposure::ReportType::kLikely);
  EXPECT_EQ(verdict.certificate->diagnosis.symptom_onset, disclosure_.symptom_onset.number);
  EXPECT_EQ(verdict.certificate->key_version, "v1");
}

TEST_F(HealthAuthorityTest, CertifiesEveryReportType) {
  for (const auto type : {exposure::ReportType::kConfirmed, exposure::ReportType::kUserReport,
                          exposure::ReportType::kNegative}) {
    disclosure_.report_type = type;
    const auto verdict = Verify(Prepare(authority_), kNow);
    ASSERT_TRUE(verdict.certificate.has_value()) << verdict.reason;
    EXPECT_EQ(verdict.certificate->diagnosis.report_type, type);
  }
}

TEST_F(HealthAuthorityTest, LeavesOutAnUnknownOnset) {
  disclosure_.symptom_onset = {};
  const auto verdict = Verify(Prepare(authority_), kNow);
  ASSERT_TRUE(verdict.certificate.has_value()) << verdict.reason;
  EXPECT_EQ(verdict.certificate->diagnosis.symptom_onset, 0);
}

TEST_F(HealthAuthorityTest, ACertificateIsGoodForItsValidityAndNoLonger) {
  const UploadContent content = Prepare(authority_);
  EXPECT_TRUE(Verify(content, kNow + HealthAuthority::kValidity).certificate.has_value());
  EXPECT_FALSE(Verify(content, kNow + HealthAuthority::kValidity + std::chrono::seconds(1))
                   .certificate.has_value());
  EXPECT_FALSE(Verify(content, kNow - std::chrono::seconds(1)).certificate.has_value());
}

TEST_F(HealthAuthorityTest, AForgerWithTheSameNameIsRefused) {
  const HealthAuthority forger(authority_.identity(), crypto::EcdsaPrivateKey::Generate());
  EXPECT_FALSE(Verify(Prepare(forger), kNow).certificate.has_value());
}

TEST_F(HealthAuthorityTest, TheCertificateCoversEachOfTheKeys) {
  UploadContent content = Prepare(authority_);
  content.keys[0].rolling_period = 143;
  EXPECT_FALSE(Verify(content, kNow).certificate.has_value());
}

}  // namespace
}  // namespace enks::phone
