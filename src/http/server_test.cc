#include "http/server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/virtual_clock.h"
#include "http/test_client.h"
#include "http/test_handlers.h"

namespace enks::http {
namespace {

constexpr std::size_t kSmallBodyBytesMax = 10;

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    router_.Add({.path = "/echo", .handler = &echo_});
    router_.Add({.path = "/small", .handler = &small_, .body_bytes_max = kSmallBodyBytesMax});
    router_.Add({.path = "/later", .handler = &later_});
    router_.Add({.path = "/throws", .handler = &throws_});
    router_.Add({.path = "/drops", .handler = &drops_});
    router_.Add({.path = "/splits", .handler = &splits_});
    auto server = Server::Start({.clock = &clock_}, router_, log_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  TestClient::Answer Ask(std::string_view request) {
    return TestClient(server_->port()).Ask(request);
  }

  // A handler that never calls its reply.
  class DroppingHandler final : public Handler {
   public:
    void Handle(Request, Reply) override {}
  };
  class ThrowingHandler final : public Handler {
   public:
    void Handle(Request request, Reply) override { throw std::runtime_error(request.body); }
  };

  EchoHandler echo_;
  FunctionHandler small_{[](const Request& request) {
    Response response;
    response.status = request.body_too_large ? 413 : 200;
    response.body = request.body;
    return response;
  }};
  OtherThreadHandler later_;
  ThrowingHandler throws_;
  DroppingHandler drops_;
  FunctionHandler splits_{[](const Request& request) {
    Response response;
    response.headers = {{"X-Echo", "a\r\nSet-Cookie: b"}, {"X-Method", request.method}};
    response.body = "must not be seen";
    return response;
  }};
  base::VirtualClock clock_{base::UnixTime(std::chrono::seconds(1'600'000'000))};
  base::MemoryLog log_;
  Router router_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, ARequestReachesItsHandlerAndIsAnswered) {
  const auto answer = Ask(Post("/echo?a=b", "hello"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "POST\n/echo\na=b\nhello");
  EXPECT_EQ(answer.Header("Date"), "Sun, 13 Sep 2020 12:26:40 GMT");
  EXPECT_EQ(answer.Header("Connection"), "");
}

TEST_F(ServerTest, AConnectionServesManyRequests) {
  TestClient client(server_->port());
  for (int i = 0; i < 100; ++i) {
    const std::string body = std::to_string(i);
    ASSERT_EQ(client.Ask(Post("/echo", body)).body, "POST\n/echo\n\n" + body);
  }
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrderByAnotherThread) {
  TestClient client(server_->port());
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += Post("/later", std::to_string(i));
  ASSERT_TRUE(client.Send(requests));
  for (int i = 0; i < 50; ++i) ASSERT_EQ(client.Read().body, std::to_string(i));
}

TEST_F(ServerTest, ManyConnectionsAreServedAtOnce) {
  constexpr int kConnections = 50;
  constexpr int kRequests = 100;
  std::atomic<int> right{0};
  std::vector<std::jthread> threads;
  for (int c = 0; c < kConnections; ++c) {
    threads.emplace_back([this, c, &right] {
      TestClient client(server_->port());
      for (int i = 0; i < kRequests; ++i) {
        const std::string body = std::to_string(c) + "." + std::to_string(i);
        right += client.Ask(Post("/later", body)).body == body ? 1 : 0;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, kConnections * kRequests);
}

TEST_F(ServerTest, AnHttp10ClientIsClosedUnlessItAsksToKeepAlive) {
  TestClient client(server_->port());
  const auto kept = client.Ask("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.status, 200);
  EXPECT_EQ(kept.Header("Connection"), "keep-alive");
  const auto last = client.Ask("GET /echo HTTP/1.0\r\n\r\n");
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.Header("Connection"), "close");
  client.ShutdownSending();
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(ServerTest, AClientThatAsksToCloseIsAnsweredAndClosed) {
  TestClient client(server_->port());
  EXPECT_EQ(client.Ask(Get("/echo", "Connection: close\r\n")).Header("Connection"), "close");
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(ServerTest, AnUnknownPathIsAnsweredAsTheReferenceDoes) {
  TestClient client(server_->port());
  const auto answer = client.Ask(Get("/v1/none"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "404 page not found\n");
  EXPECT_EQ(answer.Header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(answer.Header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(client.Ask(Get("/echo")).status, 200);
}

TEST_F(ServerTest, AnUncleanPathIsRedirectedWithItsQuery) {
  const auto answer = Ask(Get("/a/..//echo?x=%2F&y"));
  EXPECT_EQ(answer.status, 301);
  EXPECT_EQ(answer.Header("Location"), "/echo?x=%2F&y");
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(Ask(Get("//evil.example/x")).Header("Location"), "/evil.example/x");
}

TEST_F(ServerTest, ABodyOfExactlyTheRoutesLimitKeepsTheConnection) {
  TestClient client(server_->port());
  EXPECT_EQ(client.Ask(Post("/small", "0123456789")).status, 200);
  EXPECT_EQ(client.Ask(Post("/small", "0123456789")).body, "0123456789");
}

TEST_F(ServerTest, ALongerBodyIsCutTheHandlerToldAndTheConnectionClosed) {
  TestClient client(server_->port());
  const auto answer = client.Ask(Post("/small", "0123456789X"));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "0123456789");
  EXPECT_EQ(answer.Header("Connection"), "close");
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(ServerTest, AClientStillSendingALargeBodyCanReadItsAnswer) {
  TestClient client(server_->port());
  client.Send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  client.Send(std::string(100'000, 'x'));
  EXPECT_EQ(client.Read().status, 413);
  TestClient lost(server_->port());
  lost.Send("POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  lost.Send(std::string(100'000, 'x'));
  EXPECT_EQ(lost.Read().status, 404);
}

TEST_F(ServerTest, AClientThatNeverStopsSendingIsCutOff) {
  TestClient client(server_->port());
  client.Send("POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  int sent = 0;
  while (sent < 1000 && client.Send(chunk)) ++sent;
  EXPECT_LT(sent, 1000);
}

TEST_F(ServerTest, AChunkedBodyArrivesWhole) {
  TestClient client(server_->port());
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  EXPECT_EQ(client.Ask(request).body, "POST\n/echo\n\nhello world");
  EXPECT_EQ(client.Ask(request).body, "POST\n/echo\n\nhello world");
}

TEST_F(ServerTest, ABodyIsAskedForWhenTheClientExpectsIt) {
  TestClient client(server_->port());
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(client.ReadBytes(go_on.size()), go_on);
  EXPECT_EQ(client.Ask("ok").body, "POST\n/echo\n\nok");
}

TEST_F(ServerTest, ABodyForNobodyIsNotAskedFor) {
  TestClient client(server_->port());
  const auto answer = client.Ask(
      "POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(answer.status, 404);
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(ServerTest, AnUnknownExpectationIsRefused) {
  EXPECT_EQ(Ask(Post("/echo", "x", "Expect: a miracle\r\n")).status, 417);
}

TEST_F(ServerTest, AHeadRequestIsAnsweredWithoutTheBody) {
  TestClient client(server_->port());
  const auto answer = client.Ask("HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Header("Content-Length"), "12");
  EXPECT_EQ(client.Ask(Get("/echo")).body, "GET\n/echo\n\n");
}

TEST_F(ServerTest, WhatIsNoRequestIsRefusedAndTheConnectionClosed) {
  TestClient client(server_->port());
  const auto answer = client.Ask("nonsense\r\n\r\n");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "400 Bad Request");
  EXPECT_EQ(answer.Header("Connection"), "close");
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(ServerTest, AMalformedRequestBehindAGoodOneIsRefusedAfterIt) {
  TestClient client(server_->port());
  client.Send(Post("/later", "good") + "nonsense\r\n\r\n");
  EXPECT_EQ(client.Read().body, "good");
  EXPECT_EQ(client.Read().status, 400);
}

TEST_F(ServerTest, AMalformedBodyIsRefusedAndItsHandlerNotCalled) {
  const auto answer =
      Ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
  EXPECT_EQ(answer.status, 400);
}

TEST_F(ServerTest, AHeadOverTheLimitIsRefused) {
  const ServerLimits limits;
  const std::string begin = "GET /echo HTTP/1.1\r\nHost: a\r\nFill: ";
  const std::size_t fill = limits.header_bytes_max - begin.size() - 4;
  EXPECT_EQ(Ask(begin + std::string(fill, 'x') + "\r\n\r\n").status, 200);
  TestClient client(server_->port());
  EXPECT_EQ(client.Ask(begin + std::string(fill + 1, 'x') + "\r\n\r\n").status, 431);
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(ServerTest, AHandlerThatFailsIsAnEmpty500AndTheConnectionGoesOn) {
  TestClient client(server_->port());
  for (const char* path : {"/throws", "/drops"}) {
    const auto answer = client.Ask(Post(path, "secret body"));
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_EQ(answer.body, "") << path;
  }
  EXPECT_EQ(client.Ask(Get("/echo")).status, 200);
  server_->Stop();
  EXPECT_NE(log_.Text().find("threw an exception"), std::string::npos);
  EXPECT_NE(log_.Text().find("gave no answer"), std::string::npos);
  EXPECT_EQ(log_.Text().find("secret body"), std::string::npos);
}

TEST_F(ServerTest, AnAnswerThatWouldSplitIsReplacedByAn500) {
  TestClient client(server_->port());
  const auto answer = client.Ask(Get("/splits"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(answer.Header("Set-Cookie"), "");
  EXPECT_EQ(answer.Header("X-Method"), "");
}

TEST_F(ServerTest, APeersAddressIsNotLogged) {
  Ask("nonsense\r\n\r\n");
  Ask(Post("/throws", "x"));
  server_->Stop();
  const std::string log = log_.Text();
  // Once as the address that the server itself listens on.
  EXPECT_EQ(log.find("127.0.0.1"), log.rfind("127.0.0.1")) << log;
}

}  // namespace
}  // namespace enks::http
