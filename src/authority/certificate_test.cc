#include "authority/certificate.h"

#include "authority/certificate_fixture.h"

namespace enks::authority {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kNotYet[] = "not valid yet (NBF or IAT) in the future";
constexpr char kNoKey[] = "no active public keys for health authority";
constexpr char kBadSignature[] = "signature is invalid";

std::string Seconds(std::int64_t seconds) {
  return std::to_string(seconds);
}

TEST_F(CertificateTest, VouchesForWhatItSays) {
  const CertificateVerdict verdict = Verify(Jwt());
  ASSERT_TRUE(verdict.certificate) << verdict.reason;
  EXPECT_EQ(verdict.certificate->health_authority_id, 7);
  EXPECT_EQ(verdict.certificate->key_version, "v1");
  EXPECT_EQ(verdict.certificate->diagnosis.report_type, exposure::ReportType::kConfirmed);
  EXPECT_EQ(verdict.certificate->diagnosis.symptom_onset, 2666000);
}

TEST_F(CertificateTest, TakesOnlyEs256) {
  for (const char* algorithm : {"ES384", "ES512", "HS256", "RS256", "PS256", "EdDSA", "none"}) {
    EXPECT_EQ(Reason(Jwt({}, {{"alg", Quoted(algorithm)}})),
              "unsupported signing method, must be ES256")
        << algorithm;
  }
  for (const char* algorithm : {"es256", "None", "ES256K", "ES256 "}) {
    EXPECT_EQ(Reason(Jwt({}, {{"alg", Quoted(algorithm)}})), "signing method (alg) is unavailable")
        << algorithm;
  }
  for (const char* algorithm : {"", "null", "5", "[\"ES256\"]", "\"\""}) {
    EXPECT_EQ(Reason(Jwt({}, {{"alg", algorithm}})), "signing method (alg) is unspecified");
  }
}

TEST_F(CertificateTest, RefusesAnHmacMadeWithThePublicKey) {
  const std::string text = base::ToBase64Url(base::AsBytes(R"({"alg":"HS256","kid":"v1"})")) + "." +
                           base::ToBase64Url(base::AsBytes(ToJson(Claims())));
  const crypto::Sha256Digest mac = crypto::HmacSha256(base::AsBytes(Pem()), base::AsBytes(text));
  EXPECT_EQ(Reason(text + "." + base::ToBase64Url(mac)),
            "unsupported signing method, must be ES256");
}

TEST_F(CertificateTest, ASignedTimeInOurFutureIsADriftOfItsIssuersClockWhetherTakenOrNot) {
  const auto drift = [&](const std::string& jwt) { return Verify(jwt).drift; };
  const std::string early = Jwt({{"iat", std::to_string(kNow + 3)}, {"nbf", ""}});
  for (const int leeway : {0, 3}) {
    rules_.clock_leeway = std::chrono::seconds(leeway);
    EXPECT_EQ(Verify(early).certificate.has_value(), leeway == 3);
    EXPECT_EQ(drift(early).issuer, "iss.example");
    EXPECT_EQ(drift(early).ahead, std::chrono::seconds(3));
  }
  EXPECT_EQ(drift(Jwt({{"nbf", std::to_string(kNow + 5)}})).ahead, std::chrono::seconds(5));
  EXPECT_EQ(drift(Jwt()).issuer, "");
  // Anybody can write a time; only a signature makes it the authority's.
  EXPECT_EQ(drift(early.substr(0, early.rfind('.') + 1)).issuer, "");
}

TEST_F(CertificateTest, RefusesAnUnsignedOne) {
  const std::string text = base::ToBase64Url(base::AsBytes(R"({"alg":"none","kid":"v1"})")) + "." +
                           base::ToBase64Url(base::AsBytes(ToJson(Claims()))) + ".";
  EXPECT_EQ(Reason(text), "unsupported signing method, must be ES256");
  const std::string signed_jwt = Jwt();
  EXPECT_EQ(Reason(signed_jwt.substr(0, signed_jwt.rfind('.') + 1)), kBadSignature);
}

TEST_F(CertificateTest, NeedsAKidThatIsTheVersionOfAKey) {
  EXPECT_EQ(Reason(Jwt({}, {{"kid", ""}})), "missing required header field 'kid'");
  EXPECT_EQ(Reason(Jwt({}, {{"kid", ""}, {"Kid", "\"v1\""}})),
            "missing required header field 'kid'");
  for (const char* kid : {"\"v2\"", "\"V1\"", "\"\"", "1", "null", "[\"v1\"]"}) {
    EXPECT_EQ(Reason(Jwt({}, {{"kid", kid}})), kNoKey) << kid;
  }
}

TEST_F(CertificateTest, TakesAnEmptyKidForAKeyWithoutVersion) {
  authority_.keys[0].version = "";
  EXPECT_EQ(Reason(Jwt({}, {{"kid", "\"\""}})), "verified");
  EXPECT_EQ(Reason(Jwt({}, {{"kid", "null"}})), kNoKey);
}

TEST_F(CertificateTest, DoesNotLookAtTheType) {
  EXPECT_EQ(Reason(Jwt({}, {{"typ", ""}})), "verified");
  EXPECT_EQ(Reason(Jwt({}, {{"typ", "5"}})), "verified");
}

TEST_F(CertificateTest, FindsTheIssuerByItsExactName) {
  EXPECT_EQ(ReasonWith({{"iss", "\"Iss.example\""}}), "issuer not found: Iss.example");
  EXPECT_EQ(ReasonWith({{"iss", ""}}), "issuer not found: ");
}

TEST_F(CertificateTest, NeedsTheAudienceOfTheAuthority) {
  for (const char* audience : {"\"aud\"", "\"AUD.example\"", "\"\"", "", "null"}) {
    EXPECT_THAT(ReasonWith({{"aud", audience}}), StartsWith("audience mismatch")) << audience;
  }
  EXPECT_EQ(ReasonWith({{"aud", "[\"aud.example\"]"}}),
            "claim \"aud\" has the wrong type or is out of range");
}

TEST_F(CertificateTest, UsesAKeyOnlyStrictlyInsideItsTimes) {
  const Members timeless = {{"exp", ""}, {"iat", ""}, {"nbf", ""}};
  const std::pair<std::int64_t, const char*> moments[] = {
      {kFrom, kNoKey}, {kFrom + 1, "verified"}, {kThru - 1, "verified"}, {kThru, kNoKey}};
  for (const auto& [now, expected] : moments) {
    now_ = now;
    EXPECT_EQ(ReasonWith(timeless), expected) << now;
  }
  authority_.keys[0].thru.reset();
  now_ = kThru + 1'000'000;
  EXPECT_EQ(ReasonWith(timeless), "verified");
}

TEST_F(CertificateTest, ChoosesAmongKeysByVersion) {
  const crypto::EcdsaPrivateKey other = crypto::EcdsaPrivateKey::Generate();
  authority_.keys.insert(authority_.keys.begin(),
                         {"v0", At(kFrom), std::nullopt, other.PublicKey().ToPem()});
  EXPECT_EQ(Reason(Jwt()), "verified");
  EXPECT_EQ(Reason(Jwt({}, {{"kid", "\"v0\""}})), kBadSignature);
}

TEST_F(CertificateTest, NamesAPublicKeyThatIsUnusable) {
  authority_.keys[0].public_key_pem = "not a key";
  EXPECT_THAT(Reason(Jwt()), StartsWith("public key v1 of the health authority: not a PEM"));
}

TEST_F(CertificateTest, RefusesAKeyOnAnotherCurve) {
  // P-384; the reference would take it (divergence P22).
  authority_.keys[0].public_key_pem =
      "-----BEGIN PUBLIC KEY-----\n"
      "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEblUyhkg4yK9x6X4N7pGgYIV7s9V7U8vP\n"
      "pCUF9Ruec77cQYgAWFfAbrXCKTYqFogsl4FMdplhKiXqIowZXTCMnM6cPJ3i0ZQ/\n"
      "uLeGG68bA9XIt7JqkFQoraGsHEipL8qS\n"
      "-----END PUBLIC KEY-----\n";
  EXPECT_THAT(Reason(Jwt()), HasSubstr("not on the curve P-256"));
}

TEST_F(CertificateTest, IsValidThroughTheSecondItExpires) {
  EXPECT_EQ(ReasonWith({{"exp", Seconds(kNow)}}), "verified");
  EXPECT_EQ(ReasonWith({{"exp", Seconds(kNow - 1)}}), "token is expired by 1s");
  EXPECT_EQ(ReasonWith({{"exp", Seconds(kNow - 5400)}}), "token is expired by 1h30m0s");
  EXPECT_EQ(ReasonWith({{"exp", "-1"}}), "token is expired by 444444h26m41s");
  EXPECT_EQ(ReasonWith({{"exp", "-9223372036854775808"}}), "token is expired by 2562047h47m16s");
  EXPECT_EQ(ReasonWith({{"exp", "9223372036854775807"}}), "verified");
}

TEST_F(CertificateTest, IsValidFromTheSecondItWasIssuedAndNotBefore) {
  for (const char* claim : {"iat", "nbf"}) {
    EXPECT_EQ(ReasonWith({{claim, Seconds(kNow)}}), "verified");
    EXPECT_EQ(ReasonWith({{claim, Seconds(kNow + 1)}}), kNotYet);
    EXPECT_EQ(ReasonWith({{claim, "9223372036854775807"}}), kNotYet);
    EXPECT_EQ(ReasonWith({{claim, "-9223372036854775808"}}), "verified");
  }
}

TEST_F(CertificateTest, NeedsNoTimesAtAll) {
  EXPECT_EQ(ReasonWith({{"exp", ""}, {"iat", ""}, {"nbf", ""}}), "verified");
  EXPECT_EQ(ReasonWith({{"exp", "0"}, {"iat", "null"}, {"nbf", "0"}}), "verified");
}

TEST_F(CertificateTest, AllowsTheLeewayOnEachTimeAndNoMore) {
  rules_.clock_leeway = std::chrono::seconds(30);
  EXPECT_EQ(ReasonWith({{"exp", Seconds(kNow - 30)}}), "verified");
  EXPECT_EQ(ReasonWith({{"exp", Seconds(kNow - 31)}}), "token is expired by 31s");
  for (const char* claim : {"iat", "nbf"}) {
    EXPECT_EQ(ReasonWith({{claim, Seconds(kNow + 30)}}), "verified");
    EXPECT_EQ(ReasonWith({{claim, Seconds(kNow + 31)}}), kNotYet);
  }
}

TEST_F(CertificateTest, NamesTheFutureFirstThenTheSignatureThenTheExpiry) {
  const auto unsigned_with = [this](const Members& claims) {
    const crypto::EcdsaPrivateKey other = crypto::EcdsaPrivateKey::Generate();
    return Reason(SignJwt(ToJson(Header()), ToJson(With(Claims(), claims)), other));
  };
  const Members future_and_expired = {{"iat", Seconds(kNow + 1)}, {"exp", Seconds(kNow - 1)}};
  EXPECT_EQ(ReasonWith(future_and_expired), kNotYet);
  EXPECT_EQ(unsigned_with(future_and_expired), kNotYet);
  EXPECT_EQ(unsigned_with({{"nbf", Seconds(kNow + 1)}}), kNotYet);
  EXPECT_EQ(unsigned_with({{"exp", Seconds(kNow - 1)}}), kBadSignature);
  EXPECT_EQ(unsigned_with({}), kBadSignature);
}

TEST_F(CertificateTest, RefusesTimesThatAreNotWholeSeconds) {
  for (const char* claim : {"exp", "iat", "nbf"}) {
    for (const char* value : {"1600000000.0", "1.6e9", "\"1600000000\"", "9223372036854775808"}) {
      EXPECT_EQ(ReasonWith({{claim, value}}),
                "claim \"" + std::string(claim) + "\" has the wrong type or is out of range");
    }
  }
}

TEST_F(CertificateTest, CanBeMadeToExpire) {
  EXPECT_EQ(ReasonWith({{"exp", ""}}), "verified");
  rules_.require_expiry = true;
  EXPECT_EQ(ReasonWith({{"exp", ""}}), "certificate has no expiry (exp)");
  EXPECT_EQ(ReasonWith({}), "verified");
}

TEST_F(CertificateTest, CanBeLimitedInItsLifetime) {
  rules_.lifetime_max = std::chrono::seconds(120);
  EXPECT_EQ(ReasonWith({{"iat", Seconds(kNow - 60)}, {"exp", Seconds(kNow + 60)}}), "verified");
  const char too_long[] = "certificate is valid for longer than 2m from its iat";
  EXPECT_EQ(ReasonWith({{"iat", Seconds(kNow - 60)}, {"exp", Seconds(kNow + 61)}}), too_long);
  EXPECT_EQ(ReasonWith({{"exp", "9223372036854775807"}}), too_long);
  EXPECT_EQ(ReasonWith({{"iat", "-9223372036854775808"}}), too_long);
  EXPECT_EQ(ReasonWith({{"iat", ""}}), too_long);
  EXPECT_EQ(ReasonWith({{"exp", ""}}), "certificate has no expiry (exp)");
}

TEST_F(CertificateTest, IsOfUseOnlyToAnAppThatTrustsItsIssuer) {
  app_.health_authority_ids = {3};
  EXPECT_EQ(Reason(Jwt()), "app app.example does not accept certificates of issuer: iss.example");
  app_.health_authority_ids = {};
  EXPECT_THAT(Reason(Jwt()), StartsWith("app app.example does not accept"));
  // A stranger without the issuer's key does not learn whom the app trusts.
  const crypto::EcdsaPrivateKey other = crypto::EcdsaPrivateKey::Generate();
  EXPECT_EQ(Reason(SignJwt(ToJson(Header()), ToJson(Claims()), other)), kBadSignature);
}

TEST_F(CertificateTest, TakesTheFourReportTypesAndNoOther) {
  const std::pair<const char*, exposure::ReportType> types[] = {
      {"\"confirmed\"", exposure::ReportType::kConfirmed},
      {"\"likely\"", exposure::ReportType::kLikely},
      {"\"negative\"", exposure::ReportType::kNegative},
      {"\"user-report\"", exposure::ReportType::kUserReport}};
  for (const auto& [name, type] : types) {
    const CertificateVerdict verdict = Verify(Jwt({{"reportType", name}}));
    ASSERT_TRUE(verdict.certificate) << verdict.reason;
    EXPECT_EQ(verdict.certificate->diagnosis.report_type, type);
  }
  for (const char* name : {"", "\"\"", "null", "\"Confirmed\"", "\"recursive\""}) {
    EXPECT_EQ(ReasonWith({{"reportType", name}}),
              "reportType is missing or not a known report type");
  }
}

TEST_F(CertificateTest, TakesAnyOnsetThatIsAnUnsigned32BitNumber) {
  const auto onset = [this](const char* value) {
    return Verify(Jwt({{"symptomOnsetInterval", value}})).certificate->diagnosis.symptom_onset;
  };
  EXPECT_EQ(onset(""), 0);
  EXPECT_EQ(onset("2147483647"), 2147483647);
  EXPECT_EQ(onset("2147483648"), -2147483647 - 1);
  EXPECT_EQ(onset("4294967295"), -1);
  for (const char* value : {"-1", "4294967296", "1.5", "\"1\""}) {
    EXPECT_EQ(ReasonWith({{"symptomOnsetInterval", value}}),
              "claim \"symptomOnsetInterval\" has the wrong type or is out of range");
  }
}

TEST_F(CertificateTest, MatchesClaimsWhateverTheirCaseAndIgnoresUnknownOnes) {
  EXPECT_EQ(ReasonWith({{"reportType", ""}, {"REPORTTYPE", "\"likely\""}}), "verified");
  EXPECT_EQ(ReasonWith({{"iss", ""}, {"Iss", "\"iss.example\""}}), "verified");
  EXPECT_EQ(ReasonWith({{"trisk", "[{}]"}, {"testDateInterval", "\"x\""}, {"jti", "\"1\""}}),
            "verified");
}

TEST_F(CertificateTest, NeedsTextsWhereTheReferenceReadsTexts) {
  for (const char* claim : {"iss", "sub", "jti", "aud", "reportType", "tekmac"}) {
    for (const char* value : {"1", "true", "{}", "[\"x\"]"}) {
      EXPECT_EQ(ReasonWith({{claim, value}}),
                "claim \"" + std::string(claim) + "\" has the wrong type or is out of range")
          << value;
    }
  }
}

TEST_F(CertificateTest, TakesTheLastOfAClaimThatIsThereTwice) {
  const auto reason_of = [this](std::string_view before, std::string_view behind) {
    std::string claims = ToJson(Claims());
    claims.insert(1, before);
    claims.insert(claims.size() - 1, behind);
    return Reason(SignJwt(ToJson(Header()), claims, key_));
  };
  EXPECT_EQ(reason_of(R"("iss":"other",)", ""), "verified");
  EXPECT_EQ(reason_of("", R"(,"iss":"other")"), "issuer not found: other");
  EXPECT_EQ(reason_of("", R"(,"ISS":"other")"), "issuer not found: other");
  EXPECT_EQ(reason_of(R"("exp":1,)", ""), "verified");
  EXPECT_EQ(reason_of("", R"(,"reportType":"")"),
            "reportType is missing or not a known report type");
  // A wrong type refuses the certificate wherever it stands.
  EXPECT_EQ(reason_of(R"("iss":5,)", ""), "claim \"iss\" has the wrong type or is out of range");
}

TEST_F(CertificateTest, FailsWhenAnyCharacterOfAnySegmentIsChanged) {
  const std::string jwt = Jwt();
  for (std::size_t i = 0; i < jwt.size(); ++i) {
    std::string tampered = jwt;
    tampered[i] = jwt[i] == 'A' ? 'B' : 'A';
    if (i + 1 == jwt.size()) continue;  // may change unused bits only: the next test
    EXPECT_NE(Reason(tampered), "verified") << i;
  }
}

TEST_F(CertificateTest, FailsWhenABitOfTheSignatureIsFlipped) {
  const std::string jwt = Jwt();
  const std::size_t at = jwt.rfind('.') + 1;
  const base::Bytes signature = base::FromBase64UrlUnpadded(jwt.substr(at)).value();
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    base::Bytes flipped = signature;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
    EXPECT_EQ(Reason(jwt.substr(0, at) + base::ToBase64Url(flipped)), kBadSignature) << bit;
  }
}

TEST_F(CertificateTest, FailsWhenTheSignatureHasAnotherLengthOrEncoding) {
  const std::string jwt = Jwt();
  const std::size_t at = jwt.rfind('.') + 1;
  const base::Bytes raw = base::FromBase64UrlUnpadded(jwt.substr(at)).value();
  const std::string signed_text = jwt.substr(0, jwt.rfind('.'));
  const crypto::Sha256Digest digest = crypto::Sha256(base::AsBytes(signed_text));

  EXPECT_EQ(Reason(jwt.substr(0, at) + base::ToBase64Url(base::ByteView(raw).first(63))),
            kBadSignature);
  base::Bytes longer = raw;
  longer.push_back(0);
  EXPECT_EQ(Reason(jwt.substr(0, at) + base::ToBase64Url(longer)), kBadSignature);
  EXPECT_EQ(Reason(jwt.substr(0, at) + base::ToBase64Url(key_.SignDer(digest))), kBadSignature);
  EXPECT_EQ(Reason(jwt.substr(0, at) + base::ToBase64Url(base::Bytes(64, 0))), kBadSignature);
  EXPECT_EQ(Reason(jwt + "=="), kBadSignature);
}

}  // namespace
}  // namespace enks::authority
