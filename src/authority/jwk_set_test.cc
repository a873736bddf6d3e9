#include "authority/jwk_set.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace enks::authority {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The public key of RFC 7515 appendix A.3.
constexpr std::string_view kX = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr std::string_view kY = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
constexpr std::string_view kPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
    "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END PUBLIC KEY-----\n";

std::string Jwk(std::string_view kid, std::string_view more = "", std::string_view x = kX,
                std::string_view y = kY, std::string_view curve = "P-256",
                std::string_view kind = "EC") {
  return fmt::format(R"({{"kid":"{}","kty":"{}","crv":"{}","x":"{}","y":"{}"{}}})", kid, kind,
                     curve, x, y, more);
}

// The kids that are taken from a document.
std::vector<std::string> KidsOf(const std::string& text) {
  const auto set = ReadJwkSet(text);
  EXPECT_TRUE(set.ok()) << set.status();
  std::vector<std::string> kids;
  if (!set.ok()) return kids;
  for (const PublishedKey& key : set->keys) kids.push_back(key.kid);
  return kids;
}

// Why `jwk`, beside a good key, is skipped.
std::string ReasonFor(const std::string& jwk) {
  const auto set = ReadJwkSet("[" + Jwk("good") + "," + jwk + "]");
  EXPECT_TRUE(set.ok()) << set.status();
  if (!set.ok()) return "";
  EXPECT_EQ(set->keys.size(), 1U) << jwk;
  EXPECT_EQ(set->skipped.size(), 1U) << jwk;
  return set->skipped.empty() ? "" : set->skipped[0];
}

std::string ErrorOf(const std::string& text) {
  const auto set = ReadJwkSet(text);
  EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(MessageOf(set.status()));
}

TEST(JwkSetTest, TheStandardObjectAndTheBareArrayReadAlike) {
  for (const std::string& text : {"{\"keys\":[" + Jwk("v1") + "," + Jwk("v2") + "],\"more\":{}}",
                                  "[" + Jwk("v1") + ", " + Jwk("v2") + "]\n"}) {
    const auto set = ReadJwkSet(text);
    ASSERT_TRUE(set.ok()) << set.status();
    ASSERT_EQ(set->keys.size(), 2U);
    EXPECT_EQ(set->keys[0].kid, "v1");
    EXPECT_EQ(set->keys[0].public_key_pem, kPem);
    EXPECT_EQ(set->keys[1].kid, "v2");
    EXPECT_THAT(set->skipped, IsEmpty());
  }
}

TEST(JwkSetTest, MembersThatDoNotMatterAreIgnored) {
  EXPECT_THAT(KidsOf("[" + Jwk("v1", R"(,"use":"sig","alg":"ES256","x5c":["AA"],"exp":1)") + "]"),
              ElementsAre("v1"));
}

TEST(JwkSetTest, KeysOfOtherKindsAreSkippedWithTheirKid) {
  EXPECT_EQ(ReasonFor(R"({"kid":"r","kty":"RSA","n":"AQAB","e":"AQAB"})"),
            "key r is not an elliptic curve key");
  EXPECT_EQ(ReasonFor(R"({"kid":"o","kty":"OKP","crv":"Ed25519","x":"AA"})"),
            "key o is not an elliptic curve key");
  EXPECT_EQ(ReasonFor(R"({"kid":"s","kty":"oct","k":"AA"})"), "key s is not an elliptic curve key");
  EXPECT_EQ(ReasonFor(R"({"kid":"n"})"), "key n is not an elliptic curve key");
  EXPECT_EQ(ReasonFor(Jwk("p", "", kX, kY, "P-384")), "key p is not on the curve P-256");
  EXPECT_EQ(ReasonFor(Jwk("e", R"(,"use":"enc")")), "key e is for encryption");
}

TEST(JwkSetTest, APrivateKeyIsSkippedAndItsSecretNotTold) {
  const std::string reason =
      ReasonFor(Jwk("p", R"(,"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9")"));
  EXPECT_THAT(reason, HasSubstr("key p is a private key"));
  EXPECT_THAT(reason, Not(HasSubstr("jps")));
}

TEST(JwkSetTest, CoordinatesMustBe32BytesOfUnpaddedBase64UrlOnTheCurve) {
  const std::string x(kX), y(kY);
  constexpr std::string_view kLength = "key c has a coordinate that is not 32 bytes";
  for (const std::string& wrong : {std::string(), x.substr(0, 42), x + "A", x + "=",
                                   "+" + x.substr(1), "A" + x, " " + x.substr(1)}) {
    EXPECT_EQ(ReasonFor(Jwk("c", "", wrong, y)), kLength) << wrong;
    EXPECT_EQ(ReasonFor(Jwk("c", "", x, wrong)), kLength) << wrong;
  }
  EXPECT_EQ(ReasonFor(Jwk("c", "", y, x)), "key c is not a point on P-256");
}

TEST(JwkSetTest, AKidMustBeThereShortAndPrintable) {
  const std::string longest(kKidBytesMax, 'k');
  EXPECT_THAT(KidsOf("[" + Jwk(longest) + "]"), ElementsAre(longest));
  for (const std::string& kid : {std::string(), longest + "k", std::string(R"(a\nb)"),
                                 std::string(R"(a\u0000b)"), std::string(R"(a\u007f)")}) {
    EXPECT_THAT(ReasonFor(Jwk(kid)), HasSubstr("key number 2 has no kid")) << kid;
  }
  EXPECT_EQ(ReasonFor(R"({"kid":7,"kty":"EC"})"), "key number 2 is not a JWK");
  EXPECT_EQ(ReasonFor("null"), "key number 2 is not a JWK");
  EXPECT_EQ(ReasonFor("[]"), "key number 2 is not a JWK");
}

TEST(JwkSetTest, OfTwoEqualKidsTheFirstUsableCounts) {
  EXPECT_EQ(ReasonFor(Jwk("good")), "key good is there more than once; the first counts");
  EXPECT_THAT(KidsOf(R"([{"kid":"v1","kty":"RSA"},)" + Jwk("v1") + "]"), ElementsAre("v1"));
}

TEST(JwkSetTest, WhatIsNoDocumentIsAnErrorAndNeverAnEmptySet) {
  EXPECT_EQ(ErrorOf(""), "the document is empty");
  EXPECT_EQ(ErrorOf(" \r\n"), "the document is empty");
  for (const char* text : {"<html>", "[", "{\"keys\":[", "[]x", "\xef\xbb\xbf[]"}) {
    EXPECT_EQ(ErrorOf(text), "the document is not JSON") << text;
  }
  for (const char* text : {"{}", "null", "7", "\"keys\"", R"({"keys":{}})", R"({"keys":null})"}) {
    EXPECT_EQ(ErrorOf(text), "the document is neither a JWK set nor an array of JWKs") << text;
  }
}

TEST(JwkSetTest, ATruncatedDocumentIsAnErrorWhereverItIsCut) {
  const std::string whole = "{\"keys\":[" + Jwk("v1") + "," + Jwk("v2") + "]}";
  for (std::size_t size = 0; size < whole.size(); ++size) ErrorOf(whole.substr(0, size));
  EXPECT_TRUE(ReadJwkSet(whole).ok());
}

TEST(JwkSetTest, ADocumentWithoutAnyUsableKeyIsAnError) {
  EXPECT_EQ(ErrorOf("[]"), "the document has no usable key (of 0 listed)");
  EXPECT_EQ(ErrorOf(R"({"keys":[]})"), "the document has no usable key (of 0 listed)");
  EXPECT_EQ(ErrorOf(R"([{"kid":"r","kty":"RSA"},7])"),
            "the document has no usable key (of 2 listed)");
}

TEST(JwkSetTest, ADocumentMayListSoManyKeysAndNoMore) {
  std::string text;
  for (std::size_t i = 0; i < kJwkSetKeysMax; ++i) {
    text += (i == 0 ? "" : ",") + Jwk("v" + std::to_string(i));
  }
  EXPECT_EQ(KidsOf("[" + text + "]").size(), kJwkSetKeysMax);
  EXPECT_EQ(ErrorOf("[" + text + ",7]"), "the document lists more than 64 keys");
}

}  // namespace
}  // namespace enks::authority
