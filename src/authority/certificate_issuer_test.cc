#include "authority/certificate_issuer.h"

#include "authority/certificate_fixture.h"

namespace enks::authority {
namespace {

class CertificateIssuerTest : public CertificateTest {
 protected:
  CertificateOrder Order() const {
    CertificateOrder order;
    order.issuer = authority_.issuer;
    order.audience = authority_.audience;
    order.key_version = "v1";
    order.report_type = exposure::ReportType::kLikely;
    order.symptom_onset = 2'650'000;
    order.tek_mac = AllowedTekMacs(upload_, hmac_key_).at(0);
    order.issued_at = At(kNow);
    order.lifetime = std::chrono::seconds(300);
    return order;
  }
};

TEST_F(CertificateIssuerTest, IssuesWhatTheVerifierTakes) {
  const CertificateVerdict verdict = Verify(IssueCertificate(Order(), key_));
  ASSERT_TRUE(verdict.certificate) << verdict.reason;
  EXPECT_EQ(verdict.certificate->diagnosis.report_type, exposure::ReportType::kLikely);
  EXPECT_EQ(verdict.certificate->diagnosis.symptom_onset, 2'650'000);
}

TEST_F(CertificateIssuerTest, IssuesForTheLifetimeOrderedAndNoLonger) {
  const std::string jwt = IssueCertificate(Order(), key_);
  now_ = kNow - 1;
  EXPECT_EQ(Reason(jwt), "not valid yet (NBF or IAT) in the future");
  now_ = kNow + 300;
  EXPECT_EQ(Reason(jwt), "verified");
  now_ = kNow + 301;
  EXPECT_EQ(Reason(jwt), "token is expired by 1s");
}

TEST_F(CertificateIssuerTest, LeavesOutAnOnsetOfZero) {
  CertificateOrder order = Order();
  order.symptom_onset = 0;
  const std::string text = IssueCertificate(order, key_);
  const std::string claims = text.substr(text.find('.') + 1, text.rfind('.') - text.find('.') - 1);
  const base::Bytes json = base::FromBase64UrlUnpadded(claims).value();
  EXPECT_THAT(std::string(base::AsText(json)),
              testing::Not(testing::HasSubstr("symptomOnsetInterval")));
  EXPECT_EQ(Reason(text), "verified");
}

}  // namespace
}  // namespace enks::authority
