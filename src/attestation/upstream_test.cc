#include "attestation/upstream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "attestation/issuing/loopback_server.h"
#include "attestation/testing/awaited.h"
#include "base/virtual_clock.h"

namespace enks::attestation {
namespace {

using http::CallOutcome;
using http::CallResult;
using issuing::FakeAnswer;
using issuing::LoopbackServer;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Awaited;
using ::testing::HasSubstr;
using ::testing::Not;
using Retry = UpstreamCall::Retry;

constexpr const char* kSecret = "s3cret";

// A server that does what the body of each request says.
class UpstreamTest : public ::testing::Test {
 protected:
  std::unique_ptr<Upstream> Make(const std::string& name, milliseconds timeout) {
    auto upstream = Upstream::Create({.name = name,
                                      .base_url = server_.Url(),
                                      .timeout = timeout,
                                      .answer_bytes_max = 100,
                                      .calls_max = 3,
                                      .circuit = {.failures = 3}},
                                     clock_, metrics_);
    EXPECT_TRUE(upstream.ok()) << upstream.status();
    return *std::move(upstream);
  }

  Awaited<CallResult> Begin(Upstream& upstream, std::vector<std::string> bodies,
                            Retry retry = Retry::kNever) {
    Awaited<CallResult> result;
    upstream.Post({.path = "/a",
                   .headers = {{"Authorization", kSecret}},
                   .make_body = [bodies = std::move(bodies),
                                 next = 0u]() mutable { return bodies.at(next++); },
                   .retry = retry},
                  result.Callback());
    return result;
  }
  CallResult Post(const std::string& body) { return Begin(*upstream_, {body}).Take(); }

  std::string Metric(const std::string& name, const std::string& labels) const {
    const std::string text = metrics_.Text();
    const std::string start = name + "{" + labels + "} ";
    const std::size_t at = text.find(start);
    if (at == std::string::npos) return "";
    return text.substr(at + start.size(), text.find('\n', at) - at - start.size());
  }
  std::string Calls(const std::string& outcome) const {
    return Metric("enks_attestation_upstream_calls_total",
                  "outcome=\"" + outcome + "\",upstream=\"apple\"");
  }
  std::string Circuit() const {
    return Metric("enks_attestation_upstream_circuit_open", "upstream=\"apple\"");
  }

  std::atomic<int> requests_{0};
  base::VirtualClock clock_{base::UnixTime(seconds(1'606'000'000))};
  metrics::Metrics metrics_;
  LoopbackServer server_{[this](const http::Request& request) {
    ++requests_;
    FakeAnswer usual;
    usual.response.body = "fine";
    return issuing::ScriptedAnswer(request.body, usual);
  }};
  std::unique_ptr<Upstream> upstream_ = Make("apple", seconds(5));
};

TEST_F(UpstreamTest, AnAddressWithoutTlsIsRefusedUnlessItIsLoopback) {
  for (const char* url : {"http://api.devicecheck.apple.com", "", "file:///etc/passwd"}) {
    const auto upstream = Upstream::Create({.name = "apple", .base_url = url}, clock_, metrics_);
    EXPECT_EQ(upstream.status().code(), absl::StatusCode::kInvalidArgument) << url;
  }
}

TEST_F(UpstreamTest, AnyStatusIsAnAnswer) {
  EXPECT_EQ(Post("hello").response.body, "fine");
  for (int status : {200, 204, 302, 400, 401, 403, 404}) {
    const CallResult result = Post("SAYS " + std::to_string(status) + " words");
    EXPECT_EQ(result.outcome, CallOutcome::kAnswered);
    EXPECT_EQ(result.response.status, status);
  }
  EXPECT_EQ(Calls("2xx"), "3");
  EXPECT_EQ(Calls("3xx"), "1");
  EXPECT_EQ(Calls("4xx"), "4");
  EXPECT_EQ(Circuit(), "0");
}

TEST_F(UpstreamTest, ARedirectIsNotFollowed) {
  EXPECT_EQ(Post("REDIRECT").response.status, 302);
  EXPECT_EQ(requests_, 1);
}

TEST_F(UpstreamTest, AnAnswerThatIsSlowButInTimeCounts) {
  EXPECT_EQ(Post("SLOW").response.body, "fine");
}

TEST_F(UpstreamTest, AStalledAnswerIsGivenUp) {
  const auto hasty = Make("hasty", milliseconds(40));
  EXPECT_EQ(Begin(*hasty, {"STALL"}).Take().outcome, CallOutcome::kTimedOut);
}

TEST_F(UpstreamTest, ACutOrOverlongAnswerIsBad) {
  EXPECT_EQ(Post("CUT").outcome, CallOutcome::kBadAnswer);
  EXPECT_EQ(Post("SAYS 200 " + std::string(100, 'x')).outcome, CallOutcome::kAnswered);
  EXPECT_EQ(Post("SAYS 200 " + std::string(101, 'x')).outcome, CallOutcome::kBadAnswer);
  EXPECT_EQ(Calls("bad_answer"), "2");
}

TEST_F(UpstreamTest, AClosedConnectionIsTriedOnceMoreWithANewBodyWhereTheCallerSaysSo) {
  EXPECT_EQ(
      Begin(*upstream_, {"HANGUP", "again"}, Retry::kOnceWithoutConnection).Take().response.body,
      "fine");
  EXPECT_EQ(requests_, 2);
  EXPECT_EQ(Begin(*upstream_, {"HANGUP", "HANGUP", "never"}, Retry::kOnceWithoutConnection)
                .Take()
                .outcome,
            CallOutcome::kNoConnection);
  EXPECT_EQ(requests_, 4);
}

TEST_F(UpstreamTest, NothingIsTriedAgainWithoutLeaveOrAfterAnAnswerOrATimeout) {
  EXPECT_EQ(Post("HANGUP").outcome, CallOutcome::kNoConnection);
  EXPECT_EQ(requests_, 1);
  for (const char* script : {"CUT", "SAYS 503 words", "SAYS 400 words"}) {
    Begin(*upstream_, {script}, Retry::kOnceWithoutConnection).Take();
    Post("fine");
  }
  EXPECT_EQ(requests_, 7);
  const auto hasty = Make("hasty", milliseconds(40));
  Begin(*hasty, {"STALL"}, Retry::kOnceWithoutConnection).Take();
  EXPECT_EQ(requests_, 8);
}

TEST_F(UpstreamTest, AfterFailuresInARowItIsLeftAloneAndThenProbed) {
  for (const char* script : {"SAYS 500 a", "SAYS 429 b", "HANGUP"}) {
    EXPECT_EQ(Circuit(), "0");
    Post(script);
  }
  EXPECT_EQ(Circuit(), "1");
  clock_.Advance(CircuitLimits{}.pause - seconds(1));
  EXPECT_EQ(Post("hello").outcome, CallOutcome::kHeldBack);
  EXPECT_EQ(requests_, 3);
  EXPECT_EQ(Calls("held_back"), "1");
  clock_.Advance(seconds(1));
  EXPECT_EQ(Post("SAYS 503 c").outcome, CallOutcome::kAnswered);
  EXPECT_EQ(Post("hello").outcome, CallOutcome::kHeldBack);
  clock_.Advance(CircuitLimits{}.pause);
  EXPECT_EQ(Post("hello").response.body, "fine");
  EXPECT_EQ(Circuit(), "0");
  EXPECT_EQ(Post("hello").outcome, CallOutcome::kAnswered);
}

TEST_F(UpstreamTest, WhatItRefusesIsNoFailureOfItsOwn) {
  for (int i = 0; i < 10; ++i) Post("SAYS 401 words");
  EXPECT_EQ(Circuit(), "0");
}

TEST_F(UpstreamTest, AHangingUpstreamFillsItsOwnBoundOnly) {
  const auto other = Make("google", seconds(5));
  std::vector<Awaited<CallResult>> hanging;
  for (int i = 0; i < 3; ++i) hanging.push_back(Begin(*upstream_, {"STALL"}));
  EXPECT_EQ(Metric("enks_attestation_upstream_calls_in_flight", "upstream=\"apple\""), "3");
  auto refused = Begin(*upstream_, {"hello"});
  ASSERT_TRUE(refused.IsThere());
  EXPECT_EQ(refused.Take().outcome, CallOutcome::kTooMany);
  EXPECT_EQ(Begin(*other, {"hello"}).Take().response.body, "fine");
  upstream_->Stop();
  for (auto& call : hanging) EXPECT_EQ(call.Take().outcome, CallOutcome::kStopped);
  EXPECT_EQ(Metric("enks_attestation_upstream_calls_in_flight", "upstream=\"apple\""), "0");
  EXPECT_EQ(Post("hello").outcome, CallOutcome::kStopped);
}

TEST_F(UpstreamTest, NothingOfACallIsInTheMetrics) {
  Post("body");
  Post("SAYS 400 answer");
  for (const char* part : {kSecret, "body", "answer", "/a", "127.0.0.1"}) {
    EXPECT_THAT(metrics_.Text(), Not(HasSubstr(part)));
  }
}

}  // namespace
}  // namespace enks::attestation
