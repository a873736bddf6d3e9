#include "publish/chaff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/base64.h"
#include "json/document.h"
#include "publish/upload_answer.h"

namespace enks::publish {
namespace {

TEST(AnswerSizes, AreThoseOfAUsualAnswerBeforeTheFirstOne) {
  base::SeededRandom random(1);
  Receipt receipt;
  receipt.inserted = 14;
  EXPECT_EQ(AnswerSizes().Draw(random), MakeAnswer(receipt, "").body.size());
}

TEST(AnswerSizes, AreDrawnFromTheNewestHundred) {
  base::SeededRandom random(1);
  AnswerSizes sizes;
  for (std::size_t size = 0; size < 150; ++size) sizes.Note(1000 + size);
  std::set<std::size_t> seen;
  for (int i = 0; i < 5000; ++i) seen.insert(sizes.Draw(random));
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ(*seen.begin(), 1050U);
  EXPECT_EQ(*seen.rbegin(), 1149U);
}

TEST(IsChaff, IsARequestWithANonEmptyHeader) {
  http::Request request;
  EXPECT_FALSE(IsChaff(request));
  request.headers = {{"x-chaff", ""}};
  EXPECT_FALSE(IsChaff(request));
  request.headers = {{"x-chaff", "1"}};
  EXPECT_TRUE(IsChaff(request));
}

TEST(MakeChaffAnswer, IsAsLongAsARealOneForEverySize) {
  const http::PaddingSize fixed{999, 1};
  base::SeededRandom random(1);
  Receipt receipt;
  receipt.inserted = 1;
  for (int extra = 0; extra < 9; ++extra) {
    receipt.warnings = {std::string(static_cast<std::size_t>(extra), 'w')};
    const std::string real = MakeAnswer(receipt, http::MakePadding(999, random)).body;
    const std::size_t unpadded = MakeAnswer(receipt, "").body.size();
    EXPECT_EQ(MakeChaffAnswer(unpadded, fixed, random).body.size(), real.size());
  }
}

TEST(MakeChaffAnswer, HasTheHeadOfARealOneAndBase64InIt) {
  base::SeededRandom random(1);
  for (const std::size_t unpadded : {0U, 14U, 15U, 37U, 200U}) {
    const http::Response response = MakeChaffAnswer(unpadded, {100, 50}, random);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers, MakeAnswer(Receipt{}, "").headers);
    const json::Document document(response.body);
    ASSERT_EQ(document.outcome(), json::ParseOutcome::kOk);
    EXPECT_FALSE(document.HasMore());
    const json::Value name = document.Root().First();
    EXPECT_EQ(name.Text(), "padding");
    const std::string padding = name.Next().Text();
    EXPECT_EQ(padding.size() % 4, 0U);
    EXPECT_TRUE(base::FromAnyBase64(padding));
  }
}

}  // namespace
}  // namespace enks::publish
