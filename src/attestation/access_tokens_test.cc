#include "attestation/access_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "attestation/testing/awaited.h"
#include "attestation/testing/google_world.h"

namespace enks::attestation {
namespace {

using std::chrono::seconds;
using testing::Awaited;
using testing::GoogleWorld;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class AccessTokensTest : public ::testing::Test {
 protected:
  std::string Get() {
    Awaited<std::string> token;
    world_.tokens->Get(token.Callback());
    return token.Take();
  }

  GoogleWorld world_;
};

TEST_F(AccessTokensTest, ATokenIsKeptUntilAMinuteBeforeItsEnd) {
  const std::string first = Get();
  EXPECT_EQ(first, "ya29.fake-1");
  world_.clock.Advance(seconds(3599 - 60 - 1));
  EXPECT_EQ(Get(), first);
  EXPECT_EQ(world_.google.TokenCalls(), 1);
  world_.clock.Advance(seconds(1));
  EXPECT_EQ(Get(), "ya29.fake-2");
  EXPECT_EQ(world_.google.TokenCalls(), 2);
  EXPECT_THAT(world_.google.Refusals(), IsEmpty());
}

TEST_F(AccessTokensTest, ATokenThatEndsSoonIsUsedAndNotKept) {
  world_.google.SetTokenLifetime(60);
  EXPECT_EQ(Get(), "ya29.fake-1");
  EXPECT_EQ(Get(), "ya29.fake-2");
}

TEST_F(AccessTokensTest, NobodyIsBelievedWhoGivesMoreThanADay) {
  world_.google.SetTokenLifetime(1'000'000);
  Get();
  world_.clock.Advance(seconds(24 * 60 * 60 - 60));
  EXPECT_EQ(Get(), "ya29.fake-2");
}

TEST_F(AccessTokensTest, HoweverManyWaitOneCallIsMade) {
  world_.google.ScriptTokenEndpoint("SLOW");
  std::vector<Awaited<std::string>> waiting(64);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 16; ++i) {
        world_.tokens->Get(waiting[static_cast<std::size_t>(16 * t + i)].Callback());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (auto& token : waiting) EXPECT_EQ(token.Take(), "ya29.fake-1");
  EXPECT_EQ(world_.google.TokenCalls(), 1);
}

TEST_F(AccessTokensTest, MoreThanSoManyDoNotWait) {
  world_.google.ScriptTokenEndpoint("STALL");
  std::vector<Awaited<std::string>> waiting(kAccessTokenWaitersMax);
  for (auto& token : waiting) world_.tokens->Get(token.Callback());
  Awaited<std::string> refused;
  world_.tokens->Get(refused.Callback());
  ASSERT_TRUE(refused.IsThere());
  EXPECT_EQ(refused.Take(), "");
  world_.endpoint->Stop();
  for (auto& token : waiting) EXPECT_EQ(token.Take(), "");
}

TEST_F(AccessTokensTest, ADroppedTokenIsNotGivenOutAgainAndOthersStay) {
  const std::string first = Get();
  world_.tokens->Drop("another");
  EXPECT_EQ(Get(), first);
  world_.tokens->Drop(first);
  EXPECT_EQ(Get(), "ya29.fake-2");
}

TEST_F(AccessTokensTest, ARefusedAccountIsAnAlarmAboutOurCredentials) {
  world_.tokens = world_.MakeTokens(crypto::RsaPrivateKey::Generate().ToPem());
  EXPECT_EQ(Get(), "");
  EXPECT_THAT(world_.google.Refusals(), ::testing::ElementsAre("assertion signature"));
  EXPECT_THAT(world_.log.Text(), HasSubstr("our_credentials"));
}

TEST_F(AccessTokensTest, AnAnswerThatMakesNoSenseIsNoToken) {
  for (const char* script :
       {"GARBAGE", "CUT", "SAYS 503 Unavailable", "REDIRECT",
        R"(SAYS 200 {"access_token":"a","expires_in":9,"token_type":"Bearer"})"}) {
    world_.google.ScriptTokenEndpoint(script);
    EXPECT_EQ(Get(), "") << script;
  }
  world_.google.SetTokenLifetime(0);
  world_.google.ScriptTokenEndpoint("");
  EXPECT_EQ(Get(), "");
  world_.google.SetTokenLifetime(100);
  EXPECT_NE(Get(), "");
}

TEST_F(AccessTokensTest, AFailureIsNotKept) {
  world_.google.ScriptTokenEndpoint("SAYS 500 Server Error");
  EXPECT_EQ(Get(), "");
  world_.google.ScriptTokenEndpoint("");
  EXPECT_EQ(Get(), "ya29.fake-2");
}

TEST_F(AccessTokensTest, NothingOfTokensOrKeysIsInLogsOrMetrics) {
  Get();
  world_.clock.Advance(seconds(3600));
  world_.google.ScriptTokenEndpoint("SAYS 400 invalid_grant");
  Get();
  for (const char* secret : {"ya29", "eyJ", "assertion", "PRIVATE", testing::kAccountEmail}) {
    EXPECT_THAT(world_.log.Text() + world_.metrics.Text(), Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace enks::attestation
