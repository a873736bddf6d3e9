// Decoys and maintenance: spec/publish.md section 4.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/testing/memory_fixture.h"

namespace enks::publish {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::StartsWith;

TEST_F(EndpointTest, TellsEveryUploadToComeLaterInMaintenance) {
  options_.maintenance = true;
  Restart(store_);
  const auto response = Handle(RequestOf(Certified({YesterdaysKey(1)}).Json()));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 429);
  EXPECT_EQ(response->body, R"({"error": "please try again later"})");
  EXPECT_THAT(response->headers, ElementsAre(Pair("Content-Type", "application/json")));
  EXPECT_EQ(store_.uploads_submitted(), 0);
}

http::Request Chaff(std::string body) {
  http::Request request;
  request.headers = {{"X-Chaff", "1"}};
  request.body = std::move(body);
  return request;
}

TEST_F(EndpointTest, AnswersDecoysWithoutLookingAtThemEvenInMaintenance) {
  options_.maintenance = true;
  Restart(store_);
  const auto response = Handle(Chaff("no json"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(response->body, StartsWith(R"({"padding":)"));
}

TEST_F(EndpointTest, GivesDecoysTheHeadAndTheSizesOfSuccessfulAnswers) {
  options_.padding_bytes_range = 16;  // few sizes, so that each is met
  Restart(store_);
  // Answers with errors are longer or shorter; they must not shape the decoys.
  const std::string certified = Certified({YesterdaysKey(1)}).Json();
  const auto real = Handle(RequestOf(certified));
  for (int i = 0; i < 20; ++i) Handle(RequestOf("{}"));
  const std::size_t unpadded =
      std::string(R"({"revisionToken":"T","insertedExposures":1,"padding":""})").size();
  std::size_t shortest = 1'000'000;
  std::size_t longest = 0;
  for (int i = 0; i < 500; ++i) {
    const auto response = Handle(Chaff(""));
    EXPECT_EQ(response->headers, real->headers);
    EXPECT_EQ(response->status, real->status);
    EXPECT_EQ((response->body.size() - unpadded) % 4, 0U);
    shortest = std::min(shortest, response->body.size());
    longest = std::max(longest, response->body.size());
  }
  EXPECT_EQ(shortest, unpadded + 1368);
  EXPECT_EQ(longest, unpadded + 1388);  // 1039 bytes
}

TEST_F(EndpointTest, TakesAnEmptyChaffHeaderForARealUpload) {
  http::Request request = RequestOf(Certified({YesterdaysKey(1)}).Json());
  request.headers.emplace_back("X-Chaff", "");
  EXPECT_EQ(Send(std::move(request)).body,
            R"({"revisionToken":"T","insertedExposures":1,"padding":"P"})");
}

}  // namespace
}  // namespace enks::publish
