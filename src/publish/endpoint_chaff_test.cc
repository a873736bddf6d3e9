// Decoys and maintenance: spec/publish.md section 4.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "base/clock.h"
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

TEST_F(EndpointTest, MaintenanceIsSwitchedWhileItRuns) {
  bool on = false;
  endpoint_ = MakePublishEndpoint(options_, {*directory_, store_, tokens_, clock_, random_, log_,
                                             metrics_, gate_, [&on] { return on; }});
  const http::Request upload = RequestOf(Certified({YesterdaysKey(1)}).Json());
  on = true;
  EXPECT_EQ(Handle(upload)->status, 429);
  on = false;
  EXPECT_EQ(Handle(upload)->status, 200);
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
  // Answers with errors must not shape the decoys.
  const std::string certified = Certified({YesterdaysKey(1)}).Json();
  const auto real = Handle(RequestOf(certified));
  for (int i = 0; i < 20; ++i) Handle(RequestOf("{}"));
  std::string unpadded_text = real->body;
  const std::string padding = ReplaceText(unpadded_text, R"("padding":")", "");
  const std::size_t unpadded = unpadded_text.size();
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

TEST_F(EndpointTest, GivesRefusalsTheSizesOfSuccessfulAnswers) {
  options_.padding_bytes_range = 1;
  Restart(store_);
  const auto real = Handle(RequestOf(Certified({YesterdaysKey(1)}).Json()));
  UploadText unknown;
  unknown.health_authority_id = "somebody";
  UploadText uncertified = Certified({YesterdaysKey(2)});
  uncertified.certificate += "x";
  for (const UploadText& refused : {unknown, uncertified}) {
    const auto response = Handle(RequestOf(refused.Json()));
    ASSERT_EQ(response->status, 401);
    EXPECT_EQ(response->headers, real->headers);
    // "Unauthorized" in the status line is ten letters longer than "OK".
    EXPECT_EQ(response->body.size() + 10, real->body.size());
  }
}

TEST_F(EndpointTest, BeforeTheFirstSuccessDecoysLookLikeAUsualOneWithItsToken) {
  options_.padding_bytes_range = 1;
  Restart(store_);
  const auto decoy = Handle(Chaff(""));
  std::vector<exposure::SubmittedKey> keys;
  for (std::uint8_t number = 0; number < 14; ++number) keys.push_back(YesterdaysKey(number));
  const auto real = Handle(RequestOf(Certified(keys).Json()));
  ASSERT_EQ(real->status, 200) << real->body;
  EXPECT_EQ(decoy->body.size(), real->body.size());
}

// Decoys and refusals wait as long as a success took.
class EndpointLatencyTest : public EndpointTest {
 protected:
  // Delays are met on average, not to the microsecond (base/delayed_tasks.h).
  static constexpr std::chrono::milliseconds kEarly{1};

  // How long the answer to `request` took, in real time.
  std::chrono::nanoseconds Measure(http::Request request) {
    const base::SystemClock clock;
    const auto start = clock.Monotonic();
    std::promise<std::chrono::nanoseconds> answered;
    endpoint_->Handle(std::move(request), [&](const http::Response&) {
      answered.set_value(clock.Monotonic() - start);
    });
    return answered.get_future().get();
  }
};

TEST_F(EndpointLatencyTest, DecoysAndRefusalsWaitButFaultsOfTheRequestDoNot) {
  constexpr std::chrono::milliseconds kLatency{40};
  options_.usual_latency = kLatency;
  Restart(store_);
  EXPECT_GE(Measure(Chaff("")), kLatency - kEarly);
  EXPECT_GE(Measure(RequestOf(R"({"healthAuthorityID":"somebody"})")), kLatency - kEarly);
  EXPECT_TRUE(Handle(RequestOf("no json"))) << "answered at once";
}

TEST_F(EndpointLatencyTest, NothingWaitsLongerThanItsLimit) {
  options_.usual_latency = std::chrono::hours(1);
  options_.decoy_latency_max = std::chrono::milliseconds(5);
  Restart(store_);
  EXPECT_GE(Measure(Chaff("")), options_.decoy_latency_max - kEarly);
}

TEST_F(EndpointLatencyTest, WhatWaitsIsAnsweredWhenTheEndpointGoes) {
  options_.usual_latency = std::chrono::hours(1);
  options_.decoy_latency_max = std::chrono::milliseconds(0);  // no limit
  Restart(store_);
  bool answered = false;
  endpoint_->Handle(Chaff(""), [&](const http::Response&) { answered = true; });
  endpoint_.reset();
  EXPECT_TRUE(answered);
}

TEST_F(EndpointTest, TakesAnEmptyChaffHeaderForARealUpload) {
  http::Request request = RequestOf(Certified({YesterdaysKey(1)}).Json());
  request.headers.emplace_back("X-Chaff", "");
  EXPECT_EQ(Send(std::move(request)).body,
            R"({"revisionToken":"T","insertedExposures":1,"padding":"P"})");
}

}  // namespace
}  // namespace enks::publish
