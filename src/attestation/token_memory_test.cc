#include "attestation/token_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attestation/testing/memory_records.h"

namespace enks::attestation {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using enum TokenMemory::Sight;

constexpr base::UnixTime kMidnight{days(18'588)};
constexpr base::UnixTime kNoon = kMidnight + hours(12);

class TokenMemoryTest : public ::testing::Test {
 protected:
  TokenMemoryTest() {
    EXPECT_TRUE(secrets_.Refresh(kNoon).ok());
    EXPECT_TRUE(other_secrets_.Refresh(kNoon).ok());
  }

  static crypto::Sha256Digest Upload(char name) {
    return crypto::Sha256(base::AsBytes(std::string(1, name)));
  }
  static Result<TokenMemory::Sight> Note(TokenMemory& memory, std::string_view token, char upload,
                                         base::UnixTime now, std::string_view kind = "scheme") {
    return memory.Note(kind, base::AsBytes(token), Upload(upload), now, minutes(10));
  }
  TokenMemory::Sight Noted(std::string_view token, char upload, base::UnixTime now = kNoon,
                           std::string_view kind = "scheme") {
    const auto sight = Note(memory_, token, upload, now, kind);
    EXPECT_TRUE(sight.ok()) << sight.status();
    return sight.value_or(kFirst);
  }

  testing::MemoryRecords records_;
  base::SeededRandom random_{1};
  base::SeededRandom other_random_{2};
  SecretsOfDays secrets_{records_, random_};
  SecretsOfDays other_secrets_{records_, other_random_};
  TokenMemory memory_{records_, secrets_};
  TokenMemory other_{records_, other_secrets_};  // another process
};

TEST_F(TokenMemoryTest, ATokenIsForOneUpload) {
  EXPECT_EQ(Noted("t", 'a'), kFirst);
  EXPECT_EQ(Noted("t", 'a'), kSameUpload);
  EXPECT_EQ(Noted("t", 'b'), kOtherUpload);
  EXPECT_EQ(Noted("t", 'a'), kSameUpload);
  EXPECT_EQ(Noted("u", 'a'), kFirst);
  EXPECT_EQ(Noted("u", 'b'), kOtherUpload);
}

TEST_F(TokenMemoryTest, KindsAreApart) {
  EXPECT_EQ(Noted("t", 'a', kNoon, "devicecheck"), kFirst);
  EXPECT_EQ(Noted("t", 'b', kNoon, "challenge"), kFirst);
}

TEST_F(TokenMemoryTest, ProcessesShareIt) {
  EXPECT_EQ(Noted("t", 'a'), kFirst);
  EXPECT_EQ(*Note(other_, "t", 'a', kNoon), kSameUpload);
  EXPECT_EQ(*Note(other_, "t", 'b', kNoon), kOtherUpload);
}

TEST_F(TokenMemoryTest, IsNotCutByMidnight) {
  EXPECT_EQ(Noted("t", 'a', kMidnight - seconds(1)), kFirst);
  EXPECT_EQ(Noted("t", 'b', kMidnight), kOtherUpload);
  EXPECT_EQ(Noted("t", 'a', kMidnight), kSameUpload);
  // The other way round, for a process whose clock is behind.
  EXPECT_EQ(Noted("u", 'a', kMidnight), kFirst);
  EXPECT_EQ(*Note(other_, "u", 'b', kMidnight - seconds(1)), kOtherUpload);
}

TEST_F(TokenMemoryTest, HoldsForADayAtLeast) {
  EXPECT_EQ(Noted("t", 'a', kMidnight), kFirst);
  ASSERT_TRUE(secrets_.Refresh(kMidnight + hours(24)).ok());
  EXPECT_EQ(Noted("t", 'b', kMidnight + hours(24)), kOtherUpload);
}

TEST_F(TokenMemoryTest, MarksExpireWithTheHourInWhichTheyAreNeededLast) {
  const auto expiry = [&](base::UnixTime now) {
    testing::MemoryRecords records;
    TokenMemory memory(records, secrets_);
    EXPECT_TRUE(Note(memory, "t", 'a', now).ok());
    base::UnixTime expires;
    for (const auto& [token, mark] : records.all_marks()) expires = mark.expires;
    return expires;
  };
  EXPECT_EQ(expiry(kNoon), kNoon + hours(1));
  EXPECT_EQ(expiry(kNoon + minutes(49) + seconds(59)), kNoon + hours(1));
  EXPECT_EQ(expiry(kNoon + minutes(50)), kNoon + hours(2));
}

TEST_F(TokenMemoryTest, ForgetsWhatItIsToldTo) {
  EXPECT_EQ(Noted("t", 'a'), kFirst);
  EXPECT_TRUE(memory_.Forget("scheme", base::AsBytes("t"), kNoon).ok());
  EXPECT_EQ(records_.marks(), 0U);
  EXPECT_EQ(Noted("t", 'b'), kFirst);
  EXPECT_TRUE(memory_.Forget("other", base::AsBytes("t"), kNoon).ok());
  EXPECT_EQ(Noted("t", 'a'), kOtherUpload);
}

TEST_F(TokenMemoryTest, ForgettingAfterMidnightLeavesNothingThatCouldBeMet) {
  EXPECT_EQ(Noted("t", 'a', kMidnight - seconds(1)), kFirst);
  EXPECT_TRUE(memory_.Forget("scheme", base::AsBytes("t"), kMidnight).ok());
  EXPECT_EQ(Noted("t", 'b', kMidnight), kFirst);
}

TEST_F(TokenMemoryTest, FailsWithTheDatabase) {
  records_.is_down = true;
  EXPECT_TRUE(absl::IsUnavailable(Note(memory_, "t", 'a', kNoon).status()));
  EXPECT_TRUE(absl::IsUnavailable(memory_.Forget("scheme", base::AsBytes("t"), kNoon)));
}

TEST_F(TokenMemoryTest, FailsWithoutTheSecretOfTheDay) {
  SecretsOfDays none(records_, random_);
  TokenMemory memory(records_, none);
  EXPECT_TRUE(absl::IsUnavailable(Note(memory, "t", 'a', kNoon).status()));
  // Yesterday's alone would tie nobody to those who have today's only.
  EXPECT_TRUE(absl::IsUnavailable(Note(memory_, "t", 'a', kNoon + days(2)).status()));
  EXPECT_EQ(records_.marks(), 0U);
}

TEST_F(TokenMemoryTest, KeepsNeitherTokensNorUploads) {
  EXPECT_EQ(Noted("t", 'a'), kFirst);
  const auto token = crypto::Sha256(base::AsBytes("t"));
  const auto upload = Upload('a');
  EXPECT_EQ(records_.marks(), 2U);
  for (const auto& [key, mark] : records_.all_marks()) {
    EXPECT_EQ(key.size(), 32U);
    EXPECT_EQ(mark.upload.size(), 32U);
    EXPECT_FALSE(std::ranges::equal(key, token));
    EXPECT_FALSE(std::ranges::equal(mark.upload, upload));
  }
}

}  // namespace
}  // namespace enks::attestation
