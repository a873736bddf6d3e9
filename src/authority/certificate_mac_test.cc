// Check 10 of a certificate: whether it vouches for these keys.
#include <algorithm>

#include "authority/certificate_fixture.h"

namespace enks::authority {
namespace {

constexpr char kMismatch[] = "HMAC mismatch: certificate is not for these keys";

class CertificateMacTest : public CertificateTest {
 protected:
  void ZeroTheRisks() {
    for (exposure::SubmittedKey& key : upload_) key.transmission_risk = 0;
  }

  std::string MacOf(TekMacForm form) const {
    return base::ToBase64(crypto::HmacSha256(hmac_key_, base::AsBytes(TekMacText(upload_, form))));
  }

  CertificateVerdict VerifyWithHmacKey(std::string_view hmac_key_base64) const {
    const DirectorySnapshot directory({app_}, {authority_});
    return CertificateVerifier(rules_).Verify(Jwt(), hmac_key_base64, upload_, app_, directory,
                                              At(now_));
  }
};

TEST_F(CertificateMacTest, VouchesForTheKeysInAnyOrder) {
  const std::string jwt = Jwt();
  std::swap(upload_[0], upload_[1]);
  EXPECT_EQ(Reason(jwt), "verified");
}

TEST_F(CertificateMacTest, FailsWhenAnythingAboutTheKeysDiffers) {
  const std::string jwt = Jwt();
  const auto original = upload_;
  const auto reason_after = [&](auto change) {
    upload_ = original;
    change();
    return Reason(jwt);
  };
  EXPECT_EQ(reason_after([&] { upload_[0].key_base64[0] = 'Z'; }), kMismatch);
  EXPECT_EQ(reason_after([&] { upload_[0].rolling_start = 2; }), kMismatch);
  EXPECT_EQ(reason_after([&] { upload_[0].rolling_period = 143; }), kMismatch);
  EXPECT_EQ(reason_after([&] { upload_[1].transmission_risk = 4; }), kMismatch);
  EXPECT_EQ(reason_after([&] { upload_.pop_back(); }), kMismatch);
  EXPECT_EQ(reason_after([&] { upload_.push_back(original[0]); }), kMismatch);
  EXPECT_EQ(reason_after([] {}), "verified");
}

TEST_F(CertificateMacTest, TakesTheShortFormOnlyIfEveryRiskIsZero) {
  EXPECT_EQ(ReasonWith({{"tekmac", Quoted(MacOf(TekMacForm::kShort))}}), kMismatch);
  ZeroTheRisks();
  EXPECT_EQ(ReasonWith({{"tekmac", Quoted(MacOf(TekMacForm::kShort))}}), "verified");
  EXPECT_EQ(ReasonWith({{"tekmac", Quoted(MacOf(TekMacForm::kLong))}}), "verified");
  upload_[1].transmission_risk = 1;
  EXPECT_EQ(ReasonWith({{"tekmac", Quoted(MacOf(TekMacForm::kShort))}}), kMismatch);
  EXPECT_EQ(ReasonWith({{"tekmac", Quoted(MacOf(TekMacForm::kLong))}}), "verified");
}

TEST_F(CertificateMacTest, TakesAnyBase64OfTheMac) {
  std::string mac = MacOf(TekMacForm::kLong);
  mac.erase(mac.find('='));
  EXPECT_EQ(ReasonWith({{"tekmac", Quoted(mac)}}), "verified");
  std::ranges::replace(mac, '+', '-');
  std::ranges::replace(mac, '/', '_');
  EXPECT_EQ(ReasonWith({{"tekmac", Quoted(mac)}}), "verified");
}

TEST_F(CertificateMacTest, FailsOnAMacThatIsMissingCutOrNotBase64) {
  EXPECT_EQ(ReasonWith({{"tekmac", ""}}), kMismatch);
  EXPECT_EQ(ReasonWith({{"tekmac", Quoted(MacOf(TekMacForm::kLong).substr(0, 40))}}), kMismatch);
  EXPECT_EQ(ReasonWith({{"tekmac", Quoted("*")}}), "tekmac is not base64");
  EXPECT_EQ(ReasonWith({{"tekmac", "5"}}),
            "claim \"tekmac\" has the wrong type or is out of range");
}

TEST_F(CertificateMacTest, NeedsTheKeyOfTheMac) {
  EXPECT_EQ(VerifyWithHmacKey("AQIDBAUGBwgJCgsMDQ4PEA").reason, "");
  EXPECT_EQ(VerifyWithHmacKey("AAIDBAUGBwgJCgsMDQ4PEA").reason, kMismatch);
  EXPECT_EQ(VerifyWithHmacKey("").reason, kMismatch);
  EXPECT_EQ(VerifyWithHmacKey("!").reason, "hmacKey is not base64");
}

TEST_F(CertificateMacTest, TakesAnyLengthOfKeyUnlessAMinimumIsSet) {
  hmac_key_.clear();
  EXPECT_EQ(Reason(Jwt()), "verified");
  rules_.hmac_key_bytes_min = 16;
  EXPECT_EQ(Reason(Jwt()), "hmacKey is shorter than 16 bytes");
  hmac_key_.assign(15, 1);
  EXPECT_EQ(Reason(Jwt()), "hmacKey is shorter than 16 bytes");
  hmac_key_.assign(16, 1);
  EXPECT_EQ(Reason(Jwt()), "verified");
}

TEST_F(CertificateMacTest, RefusesAnUploadWithoutKeys) {
  const std::string jwt = Jwt();
  upload_.clear();
  const CertificateVerdict verdict = Verify(jwt);
  EXPECT_EQ(verdict.reason, "no keys to compute the HMAC of");
}

}  // namespace
}  // namespace enks::authority
