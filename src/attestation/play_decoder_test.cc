#include "attestation/play_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "attestation/testing/awaited.h"
#include "attestation/testing/google_world.h"

namespace enks::attestation {
namespace {

using testing::Awaited;
using ::testing::ElementsAre;
using testing::GoogleWorld;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kPackage;
using ::testing::Not;

constexpr const char* kVerdict = R"({"requestDetails":{"nonce":"n\u006f"}, "x":[1]})";

class PlayDecoderTest : public ::testing::Test {
 protected:
  Awaited<PlayDecoder::Decoded> Begin(GoogleWorld& world, const std::string& token) {
    Awaited<PlayDecoder::Decoded> decoded;
    world.decoder->Decode(kPackage, token, decoded.Callback());
    return decoded;
  }
  PlayDecoder::Decoded Decode(const std::string& token) { return Begin(world_, token).Take(); }

  GoogleWorld world_;
};

TEST_F(PlayDecoderTest, TheVerdictComesBackAsGoogleWroteIt) {
  world_.google.Teach("a.b.c.d.e", kVerdict);
  const auto decoded = Decode("a.b.c.d.e");
  EXPECT_EQ(decoded.reason, Reason::kNone);
  EXPECT_EQ(decoded.verdict, kVerdict);
  EXPECT_THAT(world_.google.Refusals(), IsEmpty());
}

TEST_F(PlayDecoderTest, OneAccessTokenServesManyCalls) {
  world_.google.Teach("a", kVerdict);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Decode("a").reason, Reason::kNone);
  EXPECT_EQ(world_.google.TokenCalls(), 1);
  EXPECT_EQ(world_.google.DecodeCalls(), 5);
}

TEST_F(PlayDecoderTest, ABadTokenIsRejectedWithoutAlarm) {
  EXPECT_EQ(Decode("unknown").reason, Reason::kUpstreamRejected);
  EXPECT_EQ(world_.log.Text(), "");
}

TEST_F(PlayDecoderTest, EveryOtherFailureIsUnavailableWithItsAlarm) {
  const std::vector<std::tuple<const char*, const char*>> rows = {
      {"SAYS 401 no", "our_credentials"},
      {"SAYS 403 not linked", "our_credentials"},
      {"SAYS 404 no", "our_configuration"},
      {"REDIRECT", "our_configuration"},
      {"SAYS 429 quota", "back_off"},
      {"SAYS 500 no", "upstream_down"},
      {"SAYS 503 no", "upstream_down"},
      {"HANGUP", "upstream_down"},
      {"CUT", "upstream_down"},
      {"GARBAGE", "upstream_down"},
      {R"(SAYS 200 {"tokenPayloadExternal":{}})", "upstream_down"},  // text/plain
  };
  for (const char* taught : {"CUT", "GARBAGE"}) world_.google.Teach(taught, kVerdict);
  for (const auto& [token, cause] : rows) {
    world_.clock.Advance(kAlarmPause);
    const std::size_t before = world_.log.Text().size();
    const auto decoded = Decode(token);
    EXPECT_EQ(decoded.reason, Reason::kUnavailable) << token;
    EXPECT_EQ(decoded.verdict, "") << token;
    EXPECT_THAT(world_.log.Text().substr(before), HasSubstr(cause)) << token;
  }
}

TEST_F(PlayDecoderTest, AVerdictThatIsNoObjectOrStandsThereTwiceIsNone) {
  for (const char* verdict :
       {"null", "\"text\"", "[]", "{},\"tokenPayloadExternal\":{}", R"({"a":1,"a":2})", "{}}{"}) {
    world_.google.Teach("a", verdict);
    EXPECT_EQ(Decode("a").reason, Reason::kUnavailable) << verdict;
  }
}

TEST_F(PlayDecoderTest, AnAccessTokenThatIsRefusedIsNotUsedAgain) {
  world_.google.Teach("a", kVerdict);
  EXPECT_EQ(Decode("a").reason, Reason::kNone);
  world_.google.Revoke();
  EXPECT_EQ(Decode("a").reason, Reason::kUnavailable);
  EXPECT_EQ(Decode("a").reason, Reason::kNone);
  EXPECT_EQ(world_.google.TokenCalls(), 2);
  Decode("SAYS 403 not linked");
  EXPECT_EQ(Decode("a").reason, Reason::kNone);
  EXPECT_EQ(world_.google.TokenCalls(), 3);
}

TEST_F(PlayDecoderTest, WithoutAnAccessTokenGoogleIsNotAsked) {
  world_.google.ScriptTokenEndpoint("SAYS 400 invalid_grant");
  EXPECT_EQ(Decode("a").reason, Reason::kUnavailable);
  EXPECT_EQ(world_.google.DecodeCalls(), 0);
}

TEST_F(PlayDecoderTest, ADecodingIsNeverTriedAgain) {
  EXPECT_EQ(Decode("HANGUP").reason, Reason::kUnavailable);
  EXPECT_EQ(world_.google.DecodeCalls(), 1);
}

TEST_F(PlayDecoderTest, AnAnswerThatIsSlowButInTimeCountsAndAStalledOneDoesNot) {
  world_.google.Teach("SLOW", kVerdict);
  EXPECT_EQ(Decode("SLOW").reason, Reason::kNone);
  GoogleWorld hasty(std::chrono::milliseconds(60));
  EXPECT_EQ(Begin(hasty, "STALL").Take().reason, Reason::kUnavailable);
}

TEST_F(PlayDecoderTest, StoppingAndReplacingAPolicyAnswersWhoWaits) {
  auto waiting = Begin(world_, "STALL");
  world_.decoder.reset();
  world_.tokens.reset();
  world_.endpoint->Stop();
  world_.decoding->Stop();
  EXPECT_EQ(waiting.Take().reason, Reason::kUnavailable);
}

TEST_F(PlayDecoderTest, OnlyTheNameOfAPackageGetsIntoThePath) {
  for (const char* package : {"", "a/b", "a:b", "a?b", "a b", "a%2f", "../a/", "a\r\nb"}) {
    Awaited<PlayDecoder::Decoded> decoded;
    world_.decoder->Decode(package, "a", decoded.Callback());
    EXPECT_EQ(decoded.Take().reason, Reason::kConfigError) << package;
  }
  Awaited<PlayDecoder::Decoded> decoded;
  world_.decoder->Decode("org.example.other_app", "a", decoded.Callback());
  EXPECT_EQ(decoded.Take().reason, Reason::kUnavailable);
  EXPECT_THAT(world_.google.Refusals(), ElementsAre("path"));
}

TEST_F(PlayDecoderTest, NothingOfTokensOrVerdictsIsInLogsOrMetrics) {
  world_.google.Teach("t0ken", kVerdict);
  Decode("t0ken");
  Decode("SAYS 401 t0ken");
  Decode("t0ken bad");
  for (const char* secret : {"t0ken", "requestDetails", "ya29", "Bearer", kPackage}) {
    EXPECT_THAT(world_.log.Text() + world_.metrics.Text(), Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace enks::attestation
