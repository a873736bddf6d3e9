#include "attestation/jose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace enks::attestation {
namespace {

using base::AsBytes;
using base::AsText;
using ::testing::HasSubstr;

std::string Encoded(std::string_view text) {
  return base::ToBase64Url(AsBytes(text));
}

std::string JwsWithHeader(std::string_view header) {
  return Encoded(header) + "." + Encoded("{}") + "." + Encoded("signature");
}

std::string ProblemOf(std::string_view jws) {
  return std::string(MessageOf(ReadCompactJws(jws).status()));
}

TEST(Base64Test, TakesOnlyTheOneTextOfEverySequenceOfBytes) {
  EXPECT_EQ(FromStrictBase64Url("_-8"), (base::Bytes{0xff, 0xef}));
  EXPECT_EQ(FromStrictBase64Url(""), base::Bytes());
  for (const char* text : {"_-8=", "/+8", "_-9", "_-\n8", "_-8\n", " _-8", "_", "_-8.", "_-$8"}) {
    EXPECT_EQ(FromStrictBase64Url(text), std::nullopt) << text;
  }
  EXPECT_EQ(FromStrictBase64("/+8="), (base::Bytes{0xff, 0xef}));
  for (const char* text : {"/+8", "/+8==", "_-8=", "/+9=", "/+8=\n", "/\n+8="}) {
    EXPECT_EQ(FromStrictBase64(text), std::nullopt) << text;
  }
}

TEST(CompactJwsTest, TakesATokenApart) {
  const std::string token = JwsWithHeader(R"({"alg":"RS256","x5c":["AQ==","Ag=="],"typ":"x"})");
  const auto jws = ReadCompactJws(token);
  ASSERT_TRUE(jws.ok()) << jws.status();
  EXPECT_EQ(jws->header.algorithm, "RS256");
  EXPECT_EQ(jws->header.encryption, "");
  EXPECT_EQ(jws->header.x5c, (std::vector<base::Bytes>{{1}, {2}}));
  EXPECT_EQ(jws->payload, "{}");
  EXPECT_EQ(AsText(jws->signature), "signature");
  EXPECT_EQ(jws->signed_text, token.substr(0, token.rfind('.')));
}

TEST(CompactJwsTest, RefusesAnotherNumberOfParts) {
  const std::string token = JwsWithHeader(R"({"alg":"RS256"})");
  EXPECT_TRUE(ReadCompactJws(token).ok());
  for (const std::string& other : {token + ".", "." + token, token + ".AA", token.substr(5),
                                   token.substr(0, token.rfind('.')), std::string()}) {
    EXPECT_FALSE(ReadCompactJws(other).ok()) << other;
  }
  EXPECT_THAT(ProblemOf(token + ".AA"), HasSubstr("number of parts"));
}

TEST(CompactJwsTest, RefusesPaddingAndCharactersOfAnotherAlphabet) {
  const std::string token = JwsWithHeader(R"({"alg":"RS256"})");
  for (const std::string& other : {token + "=", token + "\n", token + " ", "=" + token}) {
    EXPECT_THAT(ProblemOf(other), HasSubstr("no base64url")) << other;
  }
}

TEST(CompactJwsTest, RefusesHeadersThatSayTooMuchOrTooLittle) {
  for (const char* header :
       {R"({})",
        R"({"alg":""})",
        R"({"alg":null})",
        R"({"alg":5})",
        R"({"alg":["RS256"]})",
        R"({"alg":"RS256","alg":"RS256"})",
        R"({"alg":"none","\u0061lg":"RS256"})",
        R"({"alg":"RS256","crit":[]})",
        R"({"alg":"RS256","crit":["exp"]})",
        R"({"alg":"RS256","zip":"DEF"})",
        R"({"alg":"RS256","enc":5})",
        R"(["alg"])",
        R"({"alg":"RS256"}{})",
        R"({"alg":"RS256")",
        "",
        "null",
        R"({"alg":"RS256","x5c":[]})",
        R"({"alg":"RS256","x5c":"AQ=="})",
        R"({"alg":"RS256","x5c":[1]})",
        R"({"alg":"RS256","x5c":["AQ"]})",
        R"({"alg":"RS256","x5c":["_w=="]})",
        R"({"alg":"RS256","x5c":["AQ==","AQ==","AQ==","AQ==","AQ==","AQ=="]})"}) {
    EXPECT_FALSE(ReadCompactJws(JwsWithHeader(header)).ok()) << header;
  }
}

TEST(CompactJwsTest, TakesFiveCertificates) {
  EXPECT_TRUE(
      ReadCompactJws(JwsWithHeader(R"({"alg":"RS256","x5c":["AQ==","AQ==","AQ==","AQ==","AQ=="]})"))
          .ok());
}

std::string Jwe(std::size_t iv, std::size_t tag) {
  return Encoded(R"({"alg":"A256KW","enc":"A256GCM"})") + "." + Encoded("key") + "." +
         Encoded(std::string(iv, 'i')) + "." + Encoded("text") + "." +
         Encoded(std::string(tag, 't'));
}

TEST(CompactJweTest, TakesATokenApart) {
  const std::string token = Jwe(kGcmIvBytes, kGcmTagBytes);
  const auto jwe = ReadCompactJwe(token);
  ASSERT_TRUE(jwe.ok()) << jwe.status();
  EXPECT_EQ(jwe->header.algorithm, "A256KW");
  EXPECT_EQ(jwe->header.encryption, "A256GCM");
  EXPECT_EQ(AsText(jwe->encrypted_key), "key");
  EXPECT_EQ(AsText(jwe->sealed), "iiiiiiiiiiiitexttttttttttttttttt");
  EXPECT_EQ(jwe->protected_text, token.substr(0, token.find('.')));
}

TEST(CompactJweTest, RefusesShortAndLongTagsAndIvs) {
  for (const auto& [iv, tag] :
       {std::pair{12, 15}, {12, 17}, {12, 12}, {12, 0}, {11, 16}, {13, 16}, {0, 16}}) {
    EXPECT_FALSE(
        ReadCompactJwe(Jwe(static_cast<std::size_t>(iv), static_cast<std::size_t>(tag))).ok())
        << iv << " " << tag;
  }
  EXPECT_FALSE(ReadCompactJwe(Jwe(kGcmIvBytes, kGcmTagBytes) + ".").ok());
  EXPECT_FALSE(ReadCompactJwe(JwsWithHeader(R"({"alg":"A256KW","enc":"A256GCM"})")).ok());
}

}  // namespace
}  // namespace enks::attestation
