#include "http/async_client.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "http/server.h"
#include "http/testing/test_handlers.h"

namespace enks::http {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAnswerBytesMax = 1000;
constexpr std::size_t kCallsMax = 4;

class AsyncClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    router_.Add({.path = "/echo", .handler = &echo_});
    router_.Add({.path = "/length/*", .handler = &length_});
    router_.Add({.path = "/moved", .handler = &moved_});
    router_.Add({.path = "/headers", .handler = &headers_});
    router_.Add({.path = "/never", .handler = &never_});
    auto server =
        Server::Start({.limits = {.shutdown_grace = std::chrono::seconds(0)}}, router_, log_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  Call To(const std::string& path, milliseconds timeout = milliseconds(5000)) const {
    return {.method = "POST",
            .url = "http://127.0.0.1:" + std::to_string(server_->port()) + path,
            .headers = {},
            .body = "body",
            .timeout = timeout};
  }
  std::future<CallResult> Send(Call call) {
    auto promise = std::make_shared<std::promise<CallResult>>();
    client_->Send(std::move(call),
                  [promise](CallResult result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }
  CallOutcome OutcomeOf(Call call) { return Send(std::move(call)).get().outcome; }

  base::MemoryLog log_;  // before never_, which complains to it about replies that nobody took
  EchoHandler echo_;
  FunctionHandler length_{[](const Request& request) {
    Response response;
    response.body.assign(std::stoul(request.path.substr(std::string("/length/").size())), 'x');
    return response;
  }};
  FunctionHandler moved_{[](const Request&) {
    Response response;
    response.status = 302;
    response.headers = {{"Location", "/echo"}};
    return response;
  }};
  FunctionHandler headers_{[](const Request& request) {
    Response response;
    response.headers.emplace_back("X-Long", std::string(request.body.size(), 'x'));
    return response;
  }};
  HoldingHandler never_;
  Router router_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<AsyncClient> client_ =
      AsyncClient::Create({.calls_max = kCallsMax, .answer_bytes_max = kAnswerBytesMax});
};

TEST_F(AsyncClientTest, ACallArrivesAndItsAnswerComesBack) {
  const CallResult result = Send(To("/echo?a=b")).get();
  EXPECT_EQ(result.outcome, CallOutcome::kAnswered);
  EXPECT_EQ(result.response.status, 200);
  EXPECT_EQ(result.response.body, "POST\n/echo\na=b\nbody");
}

TEST_F(AsyncClientTest, RedirectsAreNotFollowed) {
  const CallResult result = Send(To("/moved")).get();
  EXPECT_EQ(result.outcome, CallOutcome::kAnswered);
  EXPECT_EQ(result.response.status, 302);
}

TEST_F(AsyncClientTest, AnAnswerMayBeSoLongAndNoLonger) {
  EXPECT_EQ(OutcomeOf(To("/length/1000")), CallOutcome::kAnswered);
  EXPECT_EQ(OutcomeOf(To("/length/1001")), CallOutcome::kBadAnswer);
  Call call = To("/headers");
  call.body.assign(60'000, 'x');
  EXPECT_EQ(OutcomeOf(call), CallOutcome::kAnswered);
  call.body.assign(65'500, 'x');
  EXPECT_EQ(OutcomeOf(call), CallOutcome::kBadAnswer);
  EXPECT_EQ(OutcomeOf(To("/length/10000000")), CallOutcome::kBadAnswer);
}

TEST_F(AsyncClientTest, ASilentServerCostsTheTimeoutAndNoMore) {
  EXPECT_EQ(OutcomeOf(To("/never", milliseconds(30))), CallOutcome::kTimedOut);
}

TEST_F(AsyncClientTest, NobodyThereIsNoConnection) {
  const Call call = To("/echo");
  server_.reset();
  EXPECT_EQ(OutcomeOf(call), CallOutcome::kNoConnection);
}

TEST_F(AsyncClientTest, AServerWithoutTlsIsNotTalkedToOverHttps) {
  Call call = To("/echo");
  call.url.replace(0, 4, "https");
  EXPECT_EQ(OutcomeOf(call), CallOutcome::kNoConnection);
}

TEST_F(AsyncClientTest, WhatCannotBeSentIsRefused) {
  Call call = To("/echo");
  call.headers = {{"X", "a\r\nY: b"}};
  EXPECT_EQ(OutcomeOf(call), CallOutcome::kBadRequest);
  call = To("/echo");
  call.url = "file:///etc/passwd";
  EXPECT_EQ(OutcomeOf(call), CallOutcome::kBadRequest);
}

TEST_F(AsyncClientTest, BeyondTheBoundCallsAreRefusedAtOnceUntilOneEnds) {
  std::vector<std::future<CallResult>> held;
  for (std::size_t i = 0; i < kCallsMax; ++i) held.push_back(Send(To("/never")));
  auto refused = Send(To("/echo"));
  ASSERT_EQ(refused.wait_for(milliseconds(0)), std::future_status::ready);
  EXPECT_EQ(refused.get().outcome, CallOutcome::kTooMany);
  never_.Take()({});
  // Whichever of them it was has ended once one of the futures is ready.
  bool is_one_ready = false;
  while (!is_one_ready) {
    for (const auto& call : held) {
      is_one_ready |= call.wait_for(milliseconds(1)) == std::future_status::ready;
    }
  }
  EXPECT_EQ(OutcomeOf(To("/echo")), CallOutcome::kAnswered);
}

TEST_F(AsyncClientTest, StoppingGivesUpWhatIsUnderWayAndWhatComesLater) {
  auto held = Send(To("/never", std::chrono::minutes(10)));
  const Reply reply = never_.Take();
  client_->Stop();
  EXPECT_EQ(held.get().outcome, CallOutcome::kStopped);
  EXPECT_EQ(OutcomeOf(To("/echo")), CallOutcome::kStopped);
  client_->Stop();
}

TEST_F(AsyncClientTest, WhoIsToldMaySendAgain) {
  std::promise<CallResult> second;
  client_->Send(To("/echo"), [&](const CallResult&) {
    client_->Send(To("/length/7"), [&](CallResult result) { second.set_value(std::move(result)); });
  });
  EXPECT_EQ(second.get_future().get().response.body, "xxxxxxx");
}

}  // namespace
}  // namespace enks::http
