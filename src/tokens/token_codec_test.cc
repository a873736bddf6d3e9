#include "tokens/token_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "base/base64.h"
#include "crypto/aes.h"
#include "wire/revision_token.pb.h"

namespace enks::tokens {
namespace {

using exposure::RevisableKey;

constexpr std::size_t kEntriesMin = 28;
constexpr std::int64_t kKeyId = 42;

exposure::KeyData KeyDataOf(std::uint8_t mark) {
  std::array<std::uint8_t, exposure::KeyData::kSize> bytes;
  bytes.fill(mark);
  return exposure::KeyData(bytes);
}

std::vector<RevisableKey> Entries(std::size_t count) {
  std::vector<RevisableKey> entries;
  for (std::size_t i = 0; i < count; ++i) {
    entries.push_back({KeyDataOf(static_cast<std::uint8_t>(i + 1)), 2650000, 144});
  }
  return entries;
}

class TokenCodecTest : public ::testing::Test {
 protected:
  std::string Seal(const std::vector<RevisableKey>& entries) {
    return SealToken(entries, kKeyId, key_, additional_, kEntriesMin, random_);
  }
  Result<std::vector<RevisableKey>> Open(const std::string& token) {
    return OpenToken(*base::FromAnyBase64(token), keys_, {additional_});
  }

  // A token as the reference makes it: its plaintext's fields, no filling.
  std::string SealPlaintext(const wire::RevisionTokenData& data, const std::string& key_id = "42") {
    const std::string plaintext = data.SerializeAsString();
    const base::Bytes sealed =
        crypto::Aes256GcmSeal(key_.Expose(), {}, base::AsBytes(plaintext), additional_);
    wire::RevisionToken token;
    token.set_key_id(key_id);
    token.set_data(sealed.data(), sealed.size());
    return base::ToBase64(base::AsBytes(token.SerializeAsString()));
  }

  base::SeededRandom random_{1};
  const base::SecretBytes key_{base::Bytes(32, 7)};
  const base::Bytes additional_{1, 2, 3};
  const TokenKeys keys_{{kKeyId, key_}};
};

TEST_F(TokenCodecTest, WhatWasSealedOpens) {
  const auto entries = Entries(3);
  EXPECT_EQ(*Open(Seal(entries)), entries);
}

TEST_F(TokenCodecTest, ATokenOfTheReferenceOpensWithoutItsFillers) {
  wire::RevisionTokenData data;
  wire::RevisableKey& entry = *data.add_keys();
  entry.set_key_data(std::string(16, 'k'));
  entry.set_rolling_start(2650000);
  entry.set_rolling_period(144);
  for (int i = 1; i < 28; ++i) data.add_keys()->set_key_data(std::string(16, '\0'));
  const auto entries = Open(SealPlaintext(data));
  ASSERT_TRUE(entries.ok()) << entries.status();
  EXPECT_EQ(*entries, (std::vector<RevisableKey>{{KeyDataOf('k'), 2650000, 144}}));
}

TEST_F(TokenCodecTest, ATokenIsAsLongForOneKeyAsForTheLeastNumberOfEntries) {
  const std::size_t length = Seal(Entries(1)).size();
  for (std::size_t count = 2; count <= kEntriesMin; ++count) {
    EXPECT_EQ(Seal(Entries(count)).size(), length) << count;
  }
  EXPECT_GT(Seal(Entries(kEntriesMin + 1)).size(), length);
  EXPECT_EQ(Seal(Entries(kEntriesMin + 1)).size(), Seal(Entries(2 * kEntriesMin)).size());
}

TEST_F(TokenCodecTest, NumbersDoNotShowInTheLength) {
  std::set<std::size_t> lengths;
  for (const std::int32_t start : {0, 1, 127, 128, 2650000, 0x7fffffff}) {
    for (const std::int32_t period : {1, 127, 128, 144}) {
      lengths.insert(Seal({{KeyDataOf(1), start, period}}).size());
    }
  }
  EXPECT_EQ(lengths.size(), 1U);
}

TEST_F(TokenCodecTest, TheOldestEntriesBeyondTheLimitAreLeftOut) {
  std::vector<RevisableKey> entries(kTokenEntriesMax + 1, {KeyDataOf(1), 1, 1});
  entries.front().rolling_start = 9;
  const auto opened = *Open(Seal(entries));
  EXPECT_EQ(opened.size(), kTokenEntriesMax);
  EXPECT_EQ(opened.front().rolling_start, 1);
}

TEST_F(TokenCodecTest, NoByteOfATokenCanBeChanged) {
  const base::Bytes token = *base::FromAnyBase64(Seal(Entries(2)));
  for (std::size_t i = 0; i < token.size(); ++i) {
    base::Bytes changed = token;
    changed[i] ^= 1;
    EXPECT_FALSE(OpenToken(changed, keys_, {additional_}).ok()) << "byte " << i;
  }
}

TEST_F(TokenCodecTest, NoBeginningOfATokenOpens) {
  const base::Bytes token = *base::FromAnyBase64(Seal(Entries(2)));
  for (std::size_t size = 0; size < token.size(); ++size) {
    EXPECT_FALSE(OpenToken(base::ByteView(token).first(size), keys_, {additional_}).ok()) << size;
  }
}

TEST_F(TokenCodecTest, ATokenOpensOnlyWithItsKeyAndContext) {
  const base::Bytes token = *base::FromAnyBase64(Seal(Entries(1)));
  const TokenKeys other_id{{kKeyId + 1, key_}};
  EXPECT_TRUE(absl::IsNotFound(OpenToken(token, other_id, {additional_}).status()));
  const TokenKeys other_key{{kKeyId, base::SecretBytes(base::Bytes(32, 8))}};
  EXPECT_TRUE(absl::IsUnauthenticated(OpenToken(token, other_key, {additional_}).status()));
  EXPECT_TRUE(absl::IsUnauthenticated(OpenToken(token, keys_, {{1, 2}, {}}).status()));
  EXPECT_TRUE(OpenToken(token, keys_, {{1, 2}, additional_}).ok());
}

TEST_F(TokenCodecTest, AKeyIdIsADecimalNumber) {
  wire::RevisionTokenData data;
  EXPECT_TRUE(Open(SealPlaintext(data)).ok());
  for (const char* id : {"", "42 ", " 42", "0x2a", "forty-two", "42.0", "99999999999999999999"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Open(SealPlaintext(data, id)).status())) << id;
  }
}

TEST_F(TokenCodecTest, EntriesThatNoUploadCanHaveMadeAreRefused) {
  wire::RevisionTokenData short_key;
  short_key.add_keys()->set_key_data("short");
  short_key.mutable_keys(0)->set_rolling_start(1);
  EXPECT_TRUE(absl::IsInvalidArgument(Open(SealPlaintext(short_key)).status()));
  wire::RevisionTokenData negative;
  negative.add_keys()->set_key_data(std::string(16, 'k'));
  negative.mutable_keys(0)->set_rolling_start(-1);
  EXPECT_TRUE(absl::IsInvalidArgument(Open(SealPlaintext(negative)).status()));
}

TEST_F(TokenCodecTest, TheSameEntriesAreSealedDifferentlyEachTime) {
  EXPECT_NE(Seal(Entries(1)), Seal(Entries(1)));
}

RC_GTEST_FIXTURE_PROP(TokenCodecTest, AnyBytesAreOpenedOrRefused, ()) {
  const auto bytes = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  RC_ASSERT(!OpenToken(bytes, keys_, {additional_}).ok());
}

}  // namespace
}  // namespace enks::tokens
