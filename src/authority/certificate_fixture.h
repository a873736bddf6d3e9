#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "authority/certificate.h"
#include "authority/jwt.h"
#include "base/base64.h"

// What the tests of certificates share: a directory with one issuer, an app that trusts it, an
// upload, and certificates made claim by claim, so that each test bends exactly one thing.
namespace enks::authority {

inline constexpr std::int64_t kNow = 1'600'000'000;
inline constexpr std::int64_t kFrom = kNow - 1000;
inline constexpr std::int64_t kThru = kNow + 1000;

inline base::UnixTime At(std::int64_t seconds) {
  return base::UnixTime(std::chrono::seconds(seconds));
}

// JSON members by name, the values as JSON text. An empty value leaves the member out.
using Members = std::map<std::string, std::string>;

inline std::string ToJson(const Members& members) {
  std::string json = "{";
  for (const auto& [name, value] : members) {
    if (value.empty()) continue;
    if (json.size() > 1) json += ",";
    json += "\"" + name + "\":" + value;
  }
  return json + "}";
}

inline Members With(Members members, const Members& changes) {
  for (const auto& [name, value] : changes) members[name] = value;
  return members;
}

inline std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  quoted += text;
  return quoted + "\"";
}

class CertificateTest : public testing::Test {
 protected:
  CertificateTest() {
    app_.name = "app.example";
    app_.health_authority_ids = {3, 7};
    authority_.id = 7;
    authority_.issuer = "iss.example";
    authority_.audience = "aud.example";
    authority_.keys = {{"v1", At(kFrom), At(kThru), Pem()}};
    hmac_key_ = base::FromHex("0102030405060708090a0b0c0d0e0f10").value();
  }

  std::string Pem() const { return key_.PublicKey().ToPem(); }

  Members Header() const { return {{"alg", "\"ES256\""}, {"kid", "\"v1\""}, {"typ", "\"JWT\""}}; }

  Members Claims() const {
    return {{"iss", "\"iss.example\""},
            {"aud", "\"aud.example\""},
            {"exp", std::to_string(kNow + 60)},
            {"iat", std::to_string(kNow - 60)},
            {"nbf", std::to_string(kNow - 60)},
            {"reportType", "\"confirmed\""},
            {"symptomOnsetInterval", "2666000"},
            {"tekmac", Quoted(base::ToBase64(AllowedTekMacs(upload_, hmac_key_).at(0)))}};
  }

  // A certificate that differs from a good one by these members only, with a good signature.
  std::string Jwt(const Members& claims = {}, const Members& header = {}) const {
    return SignJwt(ToJson(With(Header(), header)), ToJson(With(Claims(), claims)), key_);
  }

  CertificateVerdict Verify(std::string_view jwt) const {
    const DirectorySnapshot directory({app_}, {authority_});
    const CertificateVerifier verifier(rules_);
    return verifier.Verify(jwt, base::ToBase64(hmac_key_), upload_, app_, directory, At(now_));
  }

  // Why a certificate is refused; "verified" if it is not.
  std::string Reason(std::string_view jwt) const {
    const CertificateVerdict verdict = Verify(jwt);
    EXPECT_EQ(verdict.certificate.has_value(), verdict.reason.empty());
    return verdict.certificate ? "verified" : verdict.reason;
  }
  std::string ReasonWith(const Members& claims) const { return Reason(Jwt(claims)); }

  const crypto::EcdsaPrivateKey key_ = crypto::EcdsaPrivateKey::Generate();
  CertificateRules rules_;
  std::int64_t now_ = kNow;
  base::Bytes hmac_key_;
  store::AuthorizedApp app_;
  store::HealthAuthority authority_;
  std::vector<exposure::SubmittedKey> upload_ = {{"z2Cx9hdz2SlxZ8GEgqTYpA==", 1, 144, 3},
                                                 {"dPCphLzfG4uzXneNimkPRQ==", 144, 144, 5}};
};

}  // namespace enks::authority
