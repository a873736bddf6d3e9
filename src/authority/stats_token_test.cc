#include "authority/stats_token.h"

#include "authority/certificate_fixture.h"

namespace enks::authority {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Statistics tokens of the issuer of CertificateTest.
class StatsTokenTest : public CertificateTest {
 protected:
  StatsTokenTest() { authority_.stats_enabled = true; }

  std::string Token(const Members& claims = {}, const Members& header = {}) const {
    const Members good = {
        {"iss", "\"iss.example\""}, {"aud", "\"keyserver\""}, {"exp", std::to_string(kNow + 60)}};
    return SignJwt(ToJson(With(Header(), header)), ToJson(With(good, claims)), key_);
  }
  // Why a token is refused; "authority ID" if it is not.
  std::string Verdict(std::string_view jwt) const {
    const DirectorySnapshot directory({}, {authority_});
    const auto authority = VerifyStatsToken(jwt, token_rules_, directory, At(now_));
    if (authority.ok()) return "authority " + std::to_string(*authority);
    EXPECT_TRUE(absl::IsUnauthenticated(authority.status()));
    return std::string(MessageOf(authority.status()));
  }

  StatsTokenRules token_rules_;
};

TEST_F(StatsTokenTest, NamesTheAuthorityThatSignedIt) {
  EXPECT_EQ(Verdict(Token()), "authority 7");
}

TEST_F(StatsTokenTest, NeedsAnAuthorityThatMayAsk) {
  authority_.stats_enabled = false;
  EXPECT_EQ(Verdict(Token()), "unauthorized: API access forbidden");
  EXPECT_EQ(Verdict(Token({{"iss", "\"other\""}})), "unauthorized: issuer not found: other");
}

TEST_F(StatsTokenTest, NeedsAKidAndAKeyThatIsValidNow) {
  EXPECT_EQ(Verdict(Token({}, {{"kid", ""}})), "unauthorized: missing required header field 'kid'");
  EXPECT_EQ(Verdict(Token({}, {{"kid", "5"}})), "unauthorized: header field 'kid' is not a string");
  EXPECT_EQ(Verdict(Token({}, {{"kid", "\"v2\""}})), "unauthorized: key not found");
  now_ = kThru;
  EXPECT_EQ(Verdict(Token()), "unauthorized: key not found");
}

TEST_F(StatsTokenTest, NeedsAnEs256SignatureOfThatKey) {
  EXPECT_EQ(Verdict(Token({}, {{"alg", "\"HS256\""}})),
            "unauthorized: unsupported signing method, must be ES256");
  std::string token = Token();
  token[token.size() - 10] = token[token.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_EQ(Verdict(token), "unauthorized: signature is invalid");
  for (const char* text : {"", ".", "..", "a.b.c", "Bearer"}) {
    EXPECT_THAT(Verdict(text), StartsWith("unauthorized: ")) << text;
  }
}

TEST_F(StatsTokenTest, ItsTimesCountWithTheLeeway) {
  now_ = kNow + 60;
  EXPECT_EQ(Verdict(Token()), "authority 7") << "the last second";
  now_ = kNow + 61;
  EXPECT_THAT(Verdict(Token()), HasSubstr("token is expired by 1s"));
  token_rules_.clock_leeway = std::chrono::seconds(1);
  EXPECT_EQ(Verdict(Token()), "authority 7");
  now_ = kNow;
  EXPECT_EQ(Verdict(Token({{"nbf", std::to_string(kNow + 1)}})), "authority 7");
  EXPECT_THAT(Verdict(Token({{"nbf", std::to_string(kNow + 2)}})), HasSubstr("in the future"));
}

TEST_F(StatsTokenTest, NeedsAnExpiryUnlessTheOperatorSaysOtherwise) {
  EXPECT_EQ(Verdict(Token({{"exp", ""}})), "unauthorized: token has no expiry (exp)");
  token_rules_.require_expiry = false;
  EXPECT_EQ(Verdict(Token({{"exp", ""}})), "authority 7");
}

TEST_F(StatsTokenTest, NeedsTheAudienceOfStatisticsAndNotThatOfCertificates) {
  EXPECT_EQ(Verdict(Token({{"aud", "\"aud.example\""}})), "audience mismatch");
  EXPECT_EQ(Verdict(Token({{"aud", ""}})), "audience mismatch");
  token_rules_.audience = "aud.example";
  EXPECT_EQ(Verdict(Token({{"aud", "\"aud.example\""}})), "authority 7");
}

TEST_F(StatsTokenTest, IsNoCertificateAndACertificateIsNone) {
  EXPECT_EQ(Verdict(Jwt()), "audience mismatch");
  authority_.audience = token_rules_.audience;
  EXPECT_THAT(Reason(Token()), HasSubstr("reportType"));
}

}  // namespace
}  // namespace enks::authority
