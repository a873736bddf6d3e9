#include "attestation/challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "attestation/testing/memory_records.h"
#include "attestation/testing/outcome.h"
#include "base/base64.h"

namespace enks::attestation {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::SizeIs;

constexpr base::UnixTime kMidnight{days(18'588)};
constexpr base::UnixTime kNoon = kMidnight + hours(12);

class ChallengesTest : public ::testing::Test {
 protected:
  ChallengesTest() {
    EXPECT_TRUE(secrets_.Refresh(kNoon).ok());
    EXPECT_TRUE(other_secrets_.Refresh(kNoon).ok());
  }

  std::string Made(base::UnixTime now = kNoon) {
    const auto challenge = challenges_.Make(now);
    EXPECT_TRUE(challenge.has_value());
    return challenge.value_or("");
  }
  Reason Check(std::string_view challenge, base::UnixTime now = kNoon) const {
    const CheckedChallenge checked = challenges_.Check(challenge, now);
    EXPECT_EQ(checked.nonce.size(), checked.reason == Reason::kNone ? 16U : 0U);
    return checked.reason;
  }

  testing::MemoryRecords records_;
  base::SystemRandom random_;
  SecretsOfDays secrets_{records_, random_};
  SecretsOfDays other_secrets_{records_, random_};
  Challenges challenges_{secrets_, random_};
  Challenges other_{other_secrets_, random_};  // of another process
};

TEST_F(ChallengesTest, OneThatWasGivenOutComesBack) {
  const std::string challenge = Made();
  EXPECT_THAT(*base::FromAnyBase64(challenge), SizeIs(56));
  EXPECT_EQ(Check(challenge), Reason::kNone);
  const base::Bytes bytes = *base::FromAnyBase64(challenge);
  EXPECT_EQ(challenges_.Check(challenge, kNoon).nonce,
            base::Bytes(bytes.begin() + 8, bytes.begin() + 24));
}

TEST_F(ChallengesTest, NoneIsLikeAnother) {
  std::set<std::string> made;
  for (int i = 0; i < 100; ++i) made.insert(Made());
  EXPECT_THAT(made, SizeIs(100));
}

TEST_F(ChallengesTest, MayBeOfAnyProcess) {
  EXPECT_EQ(Check(*other_.Make(kNoon)), Reason::kNone);
}

TEST_F(ChallengesTest, MayNotBeOfAnotherServer) {
  testing::MemoryRecords records;
  SecretsOfDays secrets(records, random_);
  ASSERT_TRUE(secrets.Refresh(kNoon).ok());
  Challenges strangers(secrets, random_);
  EXPECT_EQ(Check(*strangers.Make(kNoon)), Reason::kBindingMismatch);
}

TEST_F(ChallengesTest, MayNotDifferInAnyByte) {
  const base::Bytes sound = *base::FromAnyBase64(Made());
  for (std::size_t i = 0; i < sound.size(); ++i) {
    base::Bytes changed = sound;
    changed[i] ^= 1;
    EXPECT_EQ(Check(base::ToBase64(changed)), Reason::kBindingMismatch) << i;
  }
}

TEST_F(ChallengesTest, GarbageIsMalformed) {
  const base::Bytes sound = *base::FromAnyBase64(Made());
  base::Bytes longer = sound;
  longer.push_back(0);
  const base::Bytes shorter(sound.begin(), sound.end() - 1);
  for (const std::string& text : {std::string(), std::string("?"), std::string(100'000, 'A'),
                                  base::ToBase64(longer), base::ToBase64(shorter)}) {
    EXPECT_EQ(Check(text), Reason::kMalformed);
  }
}

TEST_F(ChallengesTest, IsGoodForTenMinutes) {
  const std::string challenge = Made();
  EXPECT_EQ(Check(challenge, kNoon + minutes(10)), Reason::kNone);
  EXPECT_EQ(Check(challenge, kNoon + minutes(10) + seconds(1)), Reason::kStale);
}

TEST_F(ChallengesTest, MayBeOfAProcessWhoseClockIsALittleAhead) {
  const std::string challenge = Made();
  EXPECT_EQ(Check(challenge, kNoon - kChallengeLeeway), Reason::kNone);
  EXPECT_EQ(Check(challenge, kNoon - kChallengeLeeway - seconds(1)), Reason::kFuture);
}

TEST_F(ChallengesTest, OutlivesMidnight) {
  const std::string challenge = Made(kMidnight - seconds(1));
  EXPECT_EQ(Check(challenge, kMidnight - seconds(1)), Reason::kNone);
  EXPECT_EQ(Check(challenge, kMidnight), Reason::kNone);
  EXPECT_EQ(Check(challenge, kMidnight + minutes(9)), Reason::kNone);
  EXPECT_EQ(Check(challenge, kMidnight + minutes(10)), Reason::kStale);
  // Of a process that is past midnight already.
  EXPECT_EQ(Check(Made(kMidnight), kMidnight - seconds(1)), Reason::kNone);
  // Also on the first day after a refresh has dropped what is older than a day.
  ASSERT_TRUE(secrets_.Refresh(kMidnight + days(1)).ok());
  EXPECT_EQ(Check(Made(kMidnight + days(1) - seconds(1)), kMidnight + days(1)), Reason::kNone);
}

TEST_F(ChallengesTest, OfTwoDaysAgoIsNobodysAnyMore) {
  EXPECT_EQ(Check(Made(), kNoon + days(1)), Reason::kStale);
  ASSERT_TRUE(secrets_.Refresh(kNoon + days(2)).ok());
  EXPECT_EQ(Check(*other_.Make(kNoon), kNoon + days(2)), Reason::kBindingMismatch);
}

TEST_F(ChallengesTest, ThereIsNoneWithoutTheSecretOfTheDay) {
  SecretsOfDays none(records_, random_);
  Challenges challenges(none, random_);
  EXPECT_EQ(challenges.Make(kNoon), std::nullopt);
  EXPECT_EQ(challenges.Check(Made(), kNoon).reason, Reason::kUnavailable);
}

}  // namespace
}  // namespace enks::attestation
