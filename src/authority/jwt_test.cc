#include "authority/jwt.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "authority/testing/fuzzing.h"
#include "base/base64.h"

namespace enks::authority {
namespace {

std::string Encoded(std::string_view text) {
  return base::ToBase64Url(base::AsBytes(text));
}

std::string Unsigned(std::string_view header, std::string_view claims) {
  return Encoded(header) + "." + Encoded(claims) + ".";
}

// Why a text is not read; empty if it is.
std::string Fault(std::string_view text) {
  return std::string(ReadJwt(text).status().message());
}

constexpr char kHeader[] = R"({"alg":"ES256","kid":"v1"})";

TEST(ReadJwt, TakesATokenApart) {
  const std::string text =
      Unsigned(kHeader, R"({"iss":"i","aud":"a","exp":3,"iat":2,"nbf":1,"jti":"x","sub":"y",
                            "reportType":"r","symptomOnsetInterval":4,"tekmac":"m"})") +
      "c2ln";
  const Result<Jwt> jwt = ReadJwt(text);
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_EQ(jwt->algorithm, "ES256");
  EXPECT_TRUE(jwt->names_key);
  EXPECT_EQ(jwt->key_version, "v1");
  EXPECT_EQ(jwt->claims.issuer, "i");
  EXPECT_EQ(jwt->claims.audience, "a");
  EXPECT_EQ(jwt->claims.expires_at, 3);
  EXPECT_EQ(jwt->claims.issued_at, 2);
  EXPECT_EQ(jwt->claims.not_before, 1);
  EXPECT_EQ(jwt->claims.report_type, "r");
  EXPECT_EQ(jwt->claims.symptom_onset, 4U);
  EXPECT_EQ(jwt->claims.tek_mac, "m");
  EXPECT_EQ(jwt->signed_text, text.substr(0, text.rfind('.')));
  EXPECT_EQ(jwt->signature_base64, "c2ln");
}

TEST(ReadJwt, TakesATokenWithoutAnyClaim) {
  EXPECT_EQ(Fault(Unsigned(kHeader, "{}")), "");
  EXPECT_EQ(Fault(Unsigned(kHeader, "null")), "");
}

TEST(ReadJwt, NeedsExactlyThreeSegments) {
  const std::string text = Unsigned(kHeader, "{}");
  for (const std::string& wrong : {std::string(), std::string("."), Encoded(kHeader),
                                   text.substr(0, text.size() - 1), text + ".", "." + text}) {
    EXPECT_EQ(Fault(wrong), "certificate does not have three segments") << wrong;
  }
}

TEST(ReadJwt, NeedsUnpaddedBase64UrlInHeaderAndClaims) {
  EXPECT_EQ(Fault(Encoded(kHeader) + "=." + Encoded("{}") + "."),
            "header is not unpadded base64url");
  EXPECT_EQ(Fault("Bearer " + Unsigned(kHeader, "{}")), "header is not unpadded base64url");
  EXPECT_EQ(Fault(Encoded(kHeader) + "." + base::ToBase64(base::AsBytes("{}")) + "."),
            "claims are not unpadded base64url");  // padded: e30=
  const std::string with_plus = base::ToBase64(base::AsBytes("{\"a\":\"\xfb\xef\xbe\"}"));
  ASSERT_NE(with_plus.find('+'), std::string::npos);
  EXPECT_EQ(Fault(Encoded(kHeader) + "." + with_plus + "."), "claims are not unpadded base64url");
}

// Go's decoder skips them wherever they are; what was signed is the text as it was sent.
TEST(ReadJwt, SkipsLineEndsInsideSegmentsAsTheReference) {
  const auto key = crypto::EcdsaPrivateKey::Generate();
  const std::string text = SignJwt(kHeader, R"({"iss":"i"})", key);
  const std::string folded =
      text.substr(0, text.size() - 5) + "\r\n" + text.substr(text.size() - 5);
  const Result<Jwt> jwt = ReadJwt(folded);
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_TRUE(HasSignatureOf(*jwt, key.PublicKey()));
  const std::string head_folded = text.substr(0, 3) + "\n" + text.substr(3);
  const Result<Jwt> other = ReadJwt(head_folded);
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->claims.issuer, "i");
  EXPECT_FALSE(HasSignatureOf(*other, key.PublicKey()));
}

TEST(ReadJwt, NeedsJsonAndNothingElseInHeaderAndClaims) {
  for (const char* text : {"", " ", "{", "{]", "{}{}", "{} x"}) {
    EXPECT_EQ(Fault(Unsigned(text, "{}")), "header is not JSON") << text;
    EXPECT_EQ(Fault(Unsigned(kHeader, text)), "claims are not JSON") << text;
  }
  for (const char* text : {"[]", "\"alg\"", "5", "true"}) {
    EXPECT_EQ(Fault(Unsigned(text, "{}")), "header is not a JSON object") << text;
    EXPECT_EQ(Fault(Unsigned(kHeader, text)), "claim \"\" has the wrong type or is out of range");
  }
}

TEST(ReadJwt, ReadsHeaderMembersByTheirExactName) {
  EXPECT_EQ(Fault(Unsigned("null", "{}")), "signing method (alg) is unspecified");
  EXPECT_EQ(Fault(Unsigned(R"({"ALG":"ES256"})", "{}")), "signing method (alg) is unspecified");
  const std::string text = Unsigned(R"({"\u0061lg":"none","alg":"ES256","KID":1})", "{}");
  const Result<Jwt> jwt = ReadJwt(text);
  ASSERT_TRUE(jwt.ok());
  EXPECT_EQ(jwt->algorithm, "ES256");  // the last one counts
  EXPECT_FALSE(jwt->names_key);
}

TEST(ReadJwt, TellsAKidThatIsNotTextFromNone) {
  const std::string text = Unsigned(R"({"alg":"ES256","kid":5})", "{}");
  const Result<Jwt> jwt = ReadJwt(text);
  ASSERT_TRUE(jwt.ok());
  EXPECT_TRUE(jwt->names_key);
  EXPECT_FALSE(jwt->key_version);
}

TEST(ReadJwt, LooksAtNothingThatIsTooLong) {
  const std::string text = Unsigned(kHeader, "{}");
  const std::string longest = text + std::string(kJwtBytesMax - text.size(), 'A');
  EXPECT_EQ(Fault(longest), "");
  EXPECT_EQ(Fault(longest + "A"), "certificate is too long");
}

TEST(SignJwt, MakesWhatReadJwtReadsAndTheKeyVerifies) {
  const auto key = crypto::EcdsaPrivateKey::Generate();
  const std::string text = SignJwt(kHeader, R"({"iss":"i"})", key);
  const Result<Jwt> jwt = ReadJwt(text);
  ASSERT_TRUE(jwt.ok());
  EXPECT_TRUE(HasSignatureOf(*jwt, key.PublicKey()));
  EXPECT_FALSE(HasSignatureOf(*jwt, crypto::EcdsaPrivateKey::Generate().PublicKey()));
}

TEST(HasSignatureOf, TakesTheExampleOfRfc7515) {
  // Appendix A.3. Its header has no kid, which is not this function's business.
  const std::string text =
      "eyJhbGciOiJFUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
      "fQ."
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
  const auto key = crypto::EcdsaPublicKey::FromPem(
      "-----BEGIN PUBLIC KEY-----\n"
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
      "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
      "-----END PUBLIC KEY-----\n");
  ASSERT_TRUE(key.ok()) << key.status();
  const Result<Jwt> jwt = ReadJwt(text);
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_EQ(jwt->claims.issuer, "joe");
  EXPECT_TRUE(HasSignatureOf(*jwt, *key));
}

TEST(ReadJwt, SurvivesAnyBytes) {
  rc::check([] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    FuzzCertificate(bytes);
    FuzzCertificate(Unsigned(bytes, bytes));
    FuzzCertificate(Unsigned(kHeader, bytes));
    FuzzSignedClaims(bytes);
  });
}

}  // namespace
}  // namespace enks::authority
