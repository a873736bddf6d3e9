#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "http/server.h"
#include "http/testing/test_client.h"
#include "http/testing/test_handlers.h"

namespace enks::http {
namespace {

// Long enough never to pass during a test.
constexpr std::chrono::seconds kNever{3600};
constexpr std::chrono::seconds kShort{1};
// More bytes than a client can send one by one until kShort has passed.
constexpr std::size_t kTrickleBytesMax = 1'000'000;

// Each test shortens one limit and sees the server close the connection, which a client's poll
// notices; a limit that did not work would fail the test when the client's patience ends.
class ServerLimitsTest : public ::testing::Test {
 protected:
  ServerLimitsTest() {
    limits_.header_timeout = kNever;
    limits_.body_timeout = kNever;
    limits_.write_timeout = kNever;
    limits_.idle_timeout = kNever;
    router_.Add({.path = "/echo", .handler = &echo_, .body_bytes_max = kTrickleBytesMax});
    router_.Add({.path = "/large", .handler = &large_});
    router_.Add({.path = "/hold", .handler = &hold_});
  }

  void Start() {
    auto server = Server::Start({.limits = limits_}, router_, log_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  // Sends `begin` of a request and then a byte each time another client has been answered, until
  // the server has had enough. It must hang up without a word: an answer would be one about a size.
  void ExpectTrickleIsCutOff(std::string_view begin) {
    TestClient client(server_->port());
    client.Send(begin);
    TestClient other(server_->port());
    std::size_t sent = 0;
    while (client.Send("x")) {
      ASSERT_EQ(other.Ask(Get("/echo")).status, 200);
      ASSERT_LT(++sent, kTrickleBytesMax);
    }
    EXPECT_EQ(client.ReadBytes(1), "");
  }

  EchoHandler echo_;
  FunctionHandler large_{[](const Request&) {
    Response response;
    response.body.assign(50u << 20, 'x');
    return response;
  }};
  HoldingHandler hold_;
  base::MemoryLog log_;
  Router router_;
  ServerLimits limits_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerLimitsTest, AHeadThatDoesNotEndInTimeIsCutOff) {
  limits_.header_timeout = kShort;
  Start();
  TestClient client(server_->port());
  client.Send("GET /echo HTTP/1.1\r\nHost:");
  EXPECT_EQ(client.ReadBytes(1), "");
}

TEST_F(ServerLimitsTest, AHeadThatTricklesInGainsNoTime) {
  limits_.header_timeout = kShort;
  limits_.header_bytes_max = kTrickleBytesMax + 100;  // or its size would end it
  Start();
  ExpectTrickleIsCutOff("GET /echo HTTP/1.1\r\nHost: a\r\nFill: ");
}

TEST_F(ServerLimitsTest, ABodyThatTricklesInGainsNoTime) {
  limits_.body_timeout = kShort;
  Start();
  ExpectTrickleIsCutOff("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                        std::to_string(kTrickleBytesMax) + "\r\n\r\n");
}

TEST_F(ServerLimitsTest, AChunkedBodyThatTricklesInGainsNoTime) {
  limits_.body_timeout = kShort;
  Start();
  ExpectTrickleIsCutOff(
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1000000\r\n");
}

TEST_F(ServerLimitsTest, ABodyThatDoesNotEndInTimeIsCutOff) {
  limits_.body_timeout = kShort;
  Start();
  TestClient client(server_->port());
  client.Send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell");
  EXPECT_EQ(client.ReadBytes(1), "");
}

TEST_F(ServerLimitsTest, AnIdleConnectionIsClosed) {
  limits_.idle_timeout = kShort;
  Start();
  TestClient silent(server_->port());
  TestClient once(server_->port());
  EXPECT_EQ(once.Ask(Get("/echo")).status, 200);
  EXPECT_EQ(once.ReadBytes(1), "");
  EXPECT_EQ(silent.ReadBytes(1), "");
}

TEST_F(ServerLimitsTest, AClientThatDoesNotReadItsAnswerIsCutOff) {
  limits_.write_timeout = kShort;
  limits_.connections_max = 1;
  Start();
  TestClient client(server_->port());
  client.Send(Get("/large"));
  // There is room for one connection: another is answered only once the first one is gone.
  int status = 0;
  for (int i = 0; i < 10'000'000 && status == 0; ++i) {
    TestClient other(server_->port());
    status = other.Send(Get("/echo")) ? other.Read().status : 0;
  }
  EXPECT_EQ(status, 200);
}

TEST_F(ServerLimitsTest, AHandlerMayTakeLongerThanEveryLimit) {
  limits_.header_timeout = kShort;
  limits_.body_timeout = kShort;
  limits_.write_timeout = kShort;
  limits_.idle_timeout = kShort;
  Start();
  TestClient client(server_->port());
  client.Send(Post("/hold", "x"));
  Reply reply = hold_.Take();
  TestClient idle(server_->port());
  EXPECT_TRUE(idle.IsClosedByServer());  // so the time of every limit has passed
  reply(Response{});
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(ServerLimitsTest, ConnectionsOverTheLimitAreClosedAndRoomIsGivenBack) {
  limits_.connections_max = 3;
  Start();
  {
    std::vector<std::unique_ptr<TestClient>> clients;
    for (int i = 0; i < 3; ++i) {
      clients.push_back(std::make_unique<TestClient>(server_->port()));
      ASSERT_EQ(clients.back()->Ask(Get("/echo")).status, 200);
    }
    TestClient fourth(server_->port());
    EXPECT_TRUE(fourth.IsClosedByServer());
    EXPECT_EQ(clients.front()->Ask(Get("/echo")).status, 200);
  }
  int status = 0;
  for (int i = 0; i < 100'000 && status == 0; ++i) {
    TestClient late(server_->port());
    status = late.Send(Get("/echo")) ? late.Read().status : 0;
  }
  EXPECT_EQ(status, 200);
}

}  // namespace
}  // namespace enks::http
