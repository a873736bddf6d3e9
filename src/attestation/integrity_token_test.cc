#include "attestation/integrity_token.h"

#include <gtest/gtest.h>

#include <string>

#include "attestation/issuing/integrity_issuer.h"
#include "attestation/testing/outcome.h"
#include "base/random.h"

namespace enks::attestation {
namespace {

using issuing::IntegrityIssuer;

class IntegrityTokenTest : public ::testing::Test {
 protected:
  // How opening ends, and the reason that is told.
  std::pair<TokenOpening, Reason> Open(const std::string& token,
                                       const std::vector<IntegrityKeys>& keys) {
    Checks checks(Checks::Detail::kFirstFailure);
    opened_ = OpenIntegrityToken(token, keys, checks);
    return {opened_.opening, checks.reason()};
  }
  std::pair<TokenOpening, Reason> Open(const std::string& token) {
    return Open(token, {issuer_.Keys()});
  }

  static constexpr auto kRefusedAsMalformed = std::pair(TokenOpening::kRefused, Reason::kMalformed);
  static constexpr auto kRefusedAsUnsigned =
      std::pair(TokenOpening::kRefused, Reason::kSignatureInvalid);
  static constexpr auto kOpened = std::pair(TokenOpening::kOpened, Reason::kNone);
  static constexpr auto kForGoogle = std::pair(TokenOpening::kForGoogle, Reason::kNone);

  base::SeededRandom random_{1};
  IntegrityIssuer issuer_{random_};
  IntegrityIssuer other_{random_};
  OpenedToken opened_;
};

TEST_F(IntegrityTokenTest, OpensWhatWasMadeForTheApp) {
  EXPECT_EQ(Open(issuer_.TokenOf("{}")), kOpened);
  EXPECT_EQ(opened_.verdict, "{}");
}

TEST_F(IntegrityTokenTest, TriesEveryPair) {
  const std::string token = issuer_.TokenOf("{}");
  EXPECT_EQ(Open(token, {other_.Keys(), issuer_.Keys()}), kOpened);
  EXPECT_EQ(Open(token, {issuer_.Keys(), other_.Keys()}), kOpened);
}

TEST_F(IntegrityTokenTest, ATokenForAnotherAppsKeysIsNotOpened) {
  EXPECT_EQ(Open(issuer_.TokenOf("{}"), {other_.Keys()}), kForGoogle);
  EXPECT_EQ(Open(issuer_.TokenOf("{}"), {}), kForGoogle);
  EXPECT_TRUE(opened_.verdict.empty());
}

TEST_F(IntegrityTokenTest, WrappedKeysOfAnotherLengthAreNotOpened) {
  for (const std::size_t size : {16U, 24U, 40U, 64U}) {
    const std::string token =
        issuer_.Encrypt(issuer_.Sign(IntegrityIssuer::kInner, "{}"), IntegrityIssuer::kOuter, size);
    EXPECT_EQ(Open(token), kRefusedAsMalformed) << size;
  }
}

TEST_F(IntegrityTokenTest, OtherAlgorithmsAreNotOpened) {
  const std::string signed_text = issuer_.Sign(IntegrityIssuer::kInner, "{}");
  for (const char* header :
       {R"({"alg":"A256KW","enc":"A128GCM"})", R"({"alg":"A256KW","enc":"A256CBC-HS512"})",
        R"({"alg":"A128KW","enc":"A256GCM"})", R"({"alg":"dir","enc":"A256GCM"})",
        R"({"alg":"RSA-OAEP","enc":"A256GCM"})", R"({"alg":"none","enc":"A256GCM"})",
        R"({"alg":"A256KW"})", R"({"alg":"a256kw","enc":"a256gcm"})"}) {
    EXPECT_EQ(Open(issuer_.Encrypt(signed_text, header)), kRefusedAsMalformed) << header;
  }
}

TEST_F(IntegrityTokenTest, CritAndZipAreRefused) {
  const std::string signed_text = issuer_.Sign(IntegrityIssuer::kInner, "{}");
  for (const char* header : {R"({"alg":"A256KW","enc":"A256GCM","zip":"DEF"})",
                             R"({"alg":"A256KW","enc":"A256GCM","crit":["x"]})",
                             R"({"alg":"A256KW","alg":"A256KW","enc":"A256GCM"})"}) {
    EXPECT_EQ(Open(issuer_.Encrypt(signed_text, header)), kRefusedAsMalformed) << header;
  }
  const std::string more = R"({"alg":"A256KW","enc":"A256GCM","kid":"1"})";
  EXPECT_EQ(Open(issuer_.Encrypt(signed_text, more)), kOpened);
}

TEST_F(IntegrityTokenTest, AChangedTokenIsRefusedForGood) {
  const std::string token = issuer_.TokenOf("{}");
  std::size_t dot = 0;
  for (int part = 0; part < 5; ++part) {
    std::string changed = token;
    changed[dot + 3] = changed[dot + 3] == 'A' ? 'B' : 'A';
    const auto [opening, reason] = Open(changed);
    // A changed wrapped key looks like another app's; no change is ever opened.
    EXPECT_EQ(opening, part == 1 ? TokenOpening::kForGoogle : TokenOpening::kRefused) << part;
    dot = token.find('.', dot) + 1;
  }
}

TEST_F(IntegrityTokenTest, TheHeaderIsCoveredByTheTag) {
  const std::string token = issuer_.TokenOf("{}");
  const std::string other = issuer_.Encrypt("", R"({"enc":"A256GCM","alg":"A256KW"})");
  EXPECT_EQ(Open(other.substr(0, other.find('.')) + token.substr(token.find('.'))),
            kRefusedAsMalformed);
}

TEST_F(IntegrityTokenTest, ATruncatedTagIsRefused) {
  const std::string token = issuer_.TokenOf("{}");
  // 12 bytes of tag are 16 characters, 16 bytes are 22.
  EXPECT_EQ(Open(token.substr(0, token.size() - 6)), kRefusedAsMalformed);
  EXPECT_EQ(Open(token.substr(0, token.rfind('.') + 1)), kRefusedAsMalformed);
}

TEST_F(IntegrityTokenTest, OtherShapesAreRefused) {
  const std::string token = issuer_.TokenOf("{}");
  for (const std::string& other :
       {std::string(), token + ".AA", token + "=", token + "\n", token.substr(0, token.rfind('.')),
        issuer_.Sign(IntegrityIssuer::kInner, "{}"), token + std::string(32'000, 'A')}) {
    EXPECT_EQ(Open(other), kRefusedAsMalformed) << other.size();
  }
}

TEST_F(IntegrityTokenTest, WhatIsInsideMustBeSignedAsEs256) {
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS256"})", R"({"alg":"ES384"})",
                             R"({"alg":"ES256","crit":["x"]})", "{}"}) {
    EXPECT_EQ(Open(issuer_.Encrypt(issuer_.Sign(header, "{}"))), kRefusedAsUnsigned) << header;
  }
  const std::string signed_text = issuer_.Sign(IntegrityIssuer::kInner, "{}");
  EXPECT_EQ(Open(issuer_.Encrypt(signed_text.substr(0, signed_text.rfind('.') + 1))),
            kRefusedAsUnsigned);
  for (const char* text : {"", "{}", "a.b.c", "a.b"}) {
    EXPECT_EQ(Open(issuer_.Encrypt(text)), kRefusedAsUnsigned) << text;
  }
}

TEST_F(IntegrityTokenTest, SignedBySomebodyElseIsRefusedForGood) {
  EXPECT_EQ(Open(issuer_.Encrypt(other_.Sign(IntegrityIssuer::kInner, "{}"))), kRefusedAsUnsigned);
  // The key of another pair of the app does not sign for this one.
  EXPECT_EQ(Open(issuer_.Encrypt(other_.Sign(IntegrityIssuer::kInner, "{}")),
                 {other_.Keys(), issuer_.Keys()}),
            kRefusedAsUnsigned);
}

}  // namespace
}  // namespace enks::attestation
