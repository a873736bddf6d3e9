#include "authority/testing/fuzzing.h"

#include <gtest/gtest.h>

#include <string>

#include "authority/jwt.h"

namespace enks::authority {
namespace {

constexpr char kClaims[] =
    R"({"iss":"iss.example","aud":"aud.example","reportType":"likely","tekmac":")";
constexpr char kUpload[] =
    "\nAQIDBAUGBwg=\nz2Cx9hdz2SlxZ8GEgqTYpA== 1 144 3\ndPCphLzfG4uzXneNimkPRQ== 144 144 0";

TEST(FuzzCertificate, RefusesWhatAnybodyCanMake) {
  const crypto::EcdsaPrivateKey key = crypto::EcdsaPrivateKey::Generate();
  FuzzCertificate("");
  FuzzCertificate("a.b.c");
  FuzzCertificate(SignJwt(R"({"alg":"ES256","kid":"v1"})", std::string(kClaims) + "\"}", key));
}

TEST(FuzzSignedClaims, GetsPastTheSignatureAndPassesWithTheRightMacOnly) {
  EXPECT_TRUE(FuzzSignedClaims(std::string(kClaims) + "@MAC@\"}" + kUpload));
  EXPECT_FALSE(FuzzSignedClaims(std::string(kClaims) + "AAAA\"}" + kUpload));
  EXPECT_FALSE(FuzzSignedClaims(std::string(kClaims) + "@MAC@\"}"));
  EXPECT_FALSE(FuzzSignedClaims(std::string(kClaims) + "@MAC@\",\"exp\":1}" + kUpload));
  EXPECT_FALSE(FuzzSignedClaims(""));
}

}  // namespace
}  // namespace enks::authority
