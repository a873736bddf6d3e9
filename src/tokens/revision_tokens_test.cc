#include "tokens/revision_tokens.h"

#include <atomic>
#include <thread>

#include "base/base64.h"
#include "tokens/revision_keys.h"
#include "tokens/token_fixture.h"
#include "wire/revision_token.pb.h"

namespace enks::tokens {
namespace {

using exposure::RevisableKey;
using std::chrono::hours;
using std::chrono::seconds;

constexpr const char* kApp = "org.example.app";

// The id that a token names.
std::string KeyIdOf(const std::string& token) {
  wire::RevisionToken envelope;
  EXPECT_TRUE(envelope.ParseFromString(std::string(base::AsText(*base::FromAnyBase64(token)))));
  return envelope.key_id();
}

class RevisionTokensTest : public TokenFixture {
 protected:
  // Tokens as another process has them.
  std::unique_ptr<RevisionTokens> Make(TokenOptions options = {}) {
    options.additional = {1, 2, 3};
    return std::make_unique<RevisionTokens>(options, *store_, *sealing_keys_, clock_, random_);
  }
  std::unique_ptr<RevisionTokens> MakeReady(const TokenOptions& options = {}) {
    auto tokens = Make(options);
    EXPECT_TRUE(tokens->Refresh().ok());
    return tokens;
  }
  static bool Opens(const RevisionTokens& tokens, const std::string& token) {
    const SentToken sent = tokens.Open(token, kApp);
    return sent.entries.has_value() && *sent.entries == kEntries && !sent.unreadable;
  }
  void AddKey(std::int64_t expected_newest) {
    ASSERT_TRUE(AddRevisionKey(*store_, *sealer_, random_, clock_.Now(), expected_newest).ok());
  }

  static const std::vector<RevisableKey> kEntries;
};
const std::vector<RevisableKey> RevisionTokensTest::kEntries{{{}, 2650000, 144}};

TEST_F(RevisionTokensTest, TheFirstRefreshMakesAKeyAndTokensOpen) {
  const auto tokens = MakeReady();
  EXPECT_EQ(Ids(), "1");
  EXPECT_TRUE(Opens(*tokens, tokens->Seal(kEntries, kApp)));
}

TEST_F(RevisionTokensTest, WithoutEntriesThereIsNoToken) {
  EXPECT_EQ(MakeReady()->Seal({}, kApp), "");
}

TEST_F(RevisionTokensTest, BeforeTheKeysAreReadNoTokenIsMadeAndNoneOpens) {
  const std::string token = MakeReady()->Seal(kEntries, kApp);
  const auto tokens = Make();
  EXPECT_EQ(tokens->Seal(kEntries, kApp), "");
  EXPECT_TRUE(tokens->Open(token, kApp).unreadable);
  EXPECT_FALSE(tokens->Open("", kApp).unreadable);
}

TEST_F(RevisionTokensTest, WhatIsNoBase64IsAbsentAndWhatDoesNotOpenIsUnreadable) {
  const auto tokens = MakeReady();
  for (const char* absent : {"", "%", "AAAAA"}) {
    EXPECT_FALSE(tokens->Open(absent, kApp).unreadable) << absent;
    EXPECT_FALSE(tokens->Open(absent, kApp).entries) << absent;
  }
  for (const char* unreadable : {"AAAA", "Cgdub3Qga2V5"}) {
    EXPECT_TRUE(tokens->Open(unreadable, kApp).unreadable) << unreadable;
    EXPECT_FALSE(tokens->Open(unreadable, kApp).entries) << unreadable;
  }
}

TEST_F(RevisionTokensTest, ATokenOpensForItsAppOnly) {
  const auto tokens = MakeReady();
  const std::string token = tokens->Seal(kEntries, kApp);
  EXPECT_TRUE(tokens->Open(token, "org.example.other").unreadable);
}

TEST_F(RevisionTokensTest, ATokenThatIsBoundToNoAppOpensForEach) {
  TokenOptions unbound;
  unbound.bind_to_app = false;
  const std::string token = MakeReady(unbound)->Seal(kEntries, kApp);
  const auto tokens = MakeReady();
  EXPECT_TRUE(Opens(*tokens, token));
  EXPECT_TRUE(tokens->Open(token, "org.example.other").entries);
}

TEST_F(RevisionTokensTest, ATokenOpensInEveryProcessAndAfterARestart) {
  const std::string token = MakeReady()->Seal(kEntries, kApp);
  EXPECT_TRUE(Opens(*MakeReady(), token));
}

TEST_F(RevisionTokensTest, ANewKeySealsOnlyOnceEveryProcessHadTimeToReadIt) {
  const auto tokens = MakeReady();
  clock_.Advance(hours(168));
  AddKey(1);
  ASSERT_TRUE(tokens->Refresh().ok());
  EXPECT_EQ(KeyIdOf(tokens->Seal(kEntries, kApp)), "1");
  clock_.Advance(seconds(119));
  EXPECT_EQ(KeyIdOf(tokens->Seal(kEntries, kApp)), "1");
  clock_.Advance(seconds(1));
  EXPECT_EQ(KeyIdOf(tokens->Seal(kEntries, kApp)), "2");
}

// Two processes that read the keys every minute, at different moments, through a year of rotation:
// each token opens at once in the other process, and for the fortnight in which it is of use.
TEST_F(RevisionTokensTest, ThroughAllRotationsNoTokenFailsWhileItIsOfUse) {
  const auto one = MakeReady();
  const auto other = MakeReady();
  std::vector<std::string> young;
  for (int hour = 0; hour < 24 * 100; ++hour) {
    clock_.Advance(hours(1) - seconds(90));
    ASSERT_TRUE(RotateRevisionKeys(*store_, *sealer_, random_, clock_.Now(), {}).ok());
    ASSERT_TRUE(one->Refresh().ok());
    young.push_back(one->Seal(kEntries, kApp));  // `other` has not read what was rotated
    ASSERT_TRUE(Opens(*other, young.back())) << hour;
    clock_.Advance(seconds(30));
    ASSERT_TRUE(other->Refresh().ok());
    clock_.Advance(seconds(60));
    if (young.size() > 24 * 14) young.erase(young.begin());
    ASSERT_TRUE(Opens(*other, young.front())) << hour;
  }
}

TEST_F(RevisionTokensTest, ADestroyedKeyOpensNothingOnceItsGoingWasRead) {
  const auto tokens = MakeReady();
  const std::string token = tokens->Seal(kEntries, kApp);
  AddKey(1);
  ASSERT_TRUE(store_->DestroyRevisionKey(1).ok());
  EXPECT_TRUE(Opens(*tokens, token));
  ASSERT_TRUE(tokens->Refresh().ok());
  EXPECT_TRUE(tokens->Open(token, kApp).unreadable);
}

TEST_F(RevisionTokensTest, AFailedRefreshLeavesTheOldKeysInUse) {
  const auto tokens = MakeReady();
  const std::string token = tokens->Seal(kEntries, kApp);
  store::RevisionKey broken;
  broken.sealed = {1};
  ASSERT_TRUE(store_->AddRevisionKey(broken, 1).ok());
  EXPECT_FALSE(tokens->Refresh().ok());
  EXPECT_TRUE(Opens(*tokens, token));
  EXPECT_TRUE(Opens(*tokens, tokens->Seal(kEntries, kApp)));
}

TEST_F(RevisionTokensTest, AVersionOfTheSealingKeyThatIsAddedLaterNeedsNoRestart) {
  const auto tokens = MakeReady();
  const std::string token = tokens->Seal(kEntries, kApp);
  ASSERT_TRUE(sealing_keys_->AddSealingKeyVersion(TokenOptions().sealing_key).ok());
  sealer_ = *sealing_keys_->OpenSealer(TokenOptions().sealing_key);
  AddKey(1);
  ASSERT_TRUE(tokens->Refresh().ok());
  clock_.Advance(hours(1));
  EXPECT_TRUE(Opens(*tokens, token));
  EXPECT_TRUE(Opens(*tokens, tokens->Seal(kEntries, kApp)));
  EXPECT_EQ(KeyIdOf(tokens->Seal(kEntries, kApp)), "2");
}

TEST_F(RevisionTokensTest, TokensAreMadeAndOpenedWhileKeysAreRead) {
  base::SystemRandom random;  // which several threads may use at once
  RevisionTokens tokens({}, *store_, *sealing_keys_, clock_, random);
  ASSERT_TRUE(tokens.Refresh().ok());
  std::atomic<bool> is_done{false};
  std::thread reader([&] {
    while (!is_done) EXPECT_TRUE(Opens(tokens, tokens.Seal(kEntries, kApp)));
  });
  for (std::int64_t id = 1; id < 20; ++id) {
    AddKey(id);
    EXPECT_TRUE(tokens.Refresh().ok());
  }
  is_done = true;
  reader.join();
}

}  // namespace
}  // namespace enks::tokens
