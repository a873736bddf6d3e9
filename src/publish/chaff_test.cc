#include "publish/chaff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "http/padding.h"
#include "http/status.h"
#include "json/document.h"

namespace enks::publish {
namespace {

// Status line and body, which are all that differs between answers of one route.
std::size_t WireBytes(const http::Response& response) {
  return http::ReasonPhrase(response.status).size() + response.body.size();
}

std::size_t UnpaddedBytes(const Receipt& receipt) {
  return MakeAnswer(receipt, {}).body.size();
}

TEST(IsChaff, IsARequestWithANonEmptyHeader) {
  http::Request request;
  EXPECT_FALSE(IsChaff(request));
  request.headers = {{"x-chaff", ""}};
  EXPECT_FALSE(IsChaff(request));
  request.headers = {{"x-chaff", "1"}};
  EXPECT_TRUE(IsChaff(request));
}

TEST(MatchingPadding, MakesDecoysAndRefusalsAsLongAsASuccessOfEverySize) {
  base::SeededRandom random(1);
  Receipt success;
  for (std::size_t extra = 0; extra < 200; ++extra) {
    success.revision_token.assign(extra, 't');
    const http::Response real = MakeAnswer(success, {http::MakePadding(999, random)});
    for (const Receipt& other :
         {Receipt(), Failure(Ending::kCertificateInvalid, "issuer not found: somebody"),
          Failure(Ending::kUnknownHealthAuthorityId, std::string(extra, 'x')),
          Failure(Ending::kNoRegions)}) {
      const int status = MakeAnswer(other, {}).status;
      const Padding padding =
          MatchingPadding(status, UnpaddedBytes(other), UnpaddedBytes(success), 999, random);
      EXPECT_EQ(WireBytes(MakeAnswer(other, padding)), WireBytes(real)) << extra;
    }
  }
}

TEST(MatchingPadding, AnAnswerThatIsLongerAnywayGetsNone) {
  base::SeededRandom random(1);
  const Padding padding = MatchingPadding(400, 5000, 100, 1024, random);
  EXPECT_EQ(padding.text, "");
  EXPECT_EQ(padding.blanks, 0U);
}

TEST(MatchingPadding, IsBase64InJson) {
  base::SeededRandom random(1);
  for (const std::size_t target : {0U, 14U, 15U, 37U, 200U}) {
    const Padding padding = MatchingPadding(200, 14, target, 100, random);
    const http::Response response = MakeAnswer(Receipt(), padding);
    EXPECT_EQ(response.headers, MakeAnswer(Receipt(), {}).headers);
    const json::Document document(response.body);
    ASSERT_EQ(document.outcome(), json::ParseOutcome::kOk);
    EXPECT_FALSE(document.HasMore());
    const json::Value name = document.Root().First();
    EXPECT_EQ(name.Text(), "padding");
    const std::string text = name.Next().Text();
    EXPECT_EQ(text.size() % 4, 0U);
    EXPECT_TRUE(base::FromAnyBase64(text));
  }
}

}  // namespace
}  // namespace enks::publish
