#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"
#include "http/test_client.h"
#include "http/test_handlers.h"

namespace enks::http {
namespace {

class ServerStopTest : public ::testing::Test {
 protected:
  ServerStopTest() {
    router_.Add({.path = "/echo", .handler = &echo_});
    router_.Add({.path = "/hold", .handler = &hold_});
    router_.Add({.path = "/later", .handler = &later_});
  }

  void Start(std::chrono::seconds grace) {
    auto server = Server::Start({.limits = {.shutdown_grace = grace}}, router_, log_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  EchoHandler echo_;
  HoldingHandler hold_;
  OtherThreadHandler later_;
  base::MemoryLog log_;
  Router router_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerStopTest, IdleConnectionsAreClosedAtOnce) {
  Start(std::chrono::seconds(3600));
  TestClient used(server_->port());
  ASSERT_EQ(used.Ask(Get("/echo")).status, 200);
  TestClient fresh(server_->port());
  server_->Stop();
  EXPECT_EQ(used.ReadBytes(1), "");
  EXPECT_EQ(fresh.ReadBytes(1), "");
}

TEST_F(ServerStopTest, ARunningRequestIsAnsweredWithinTheGrace) {
  Start(std::chrono::seconds(3600));
  TestClient client(server_->port());
  client.Send(Get("/hold"));
  Reply reply = hold_.Take();
  TestClient idle(server_->port());
  ASSERT_EQ(idle.Ask(Get("/echo")).status, 200);
  std::jthread stopping([this] { server_->Stop(); });
  EXPECT_TRUE(idle.IsClosedByServer());  // so the stop has begun
  reply(Response{});
  const auto answer = client.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Header("Connection"), "close");
  EXPECT_EQ(client.ReadBytes(1), "");
}

TEST_F(ServerStopTest, ARequestThatOutlivesTheGraceIsCutOffAndItsReplyIsHarmless) {
  Start(std::chrono::seconds(0));
  TestClient client(server_->port());
  client.Send(Get("/hold"));
  Reply reply = hold_.Take();
  server_->Stop();
  EXPECT_EQ(client.ReadBytes(1), "");
  server_.reset();
  reply(Response{});
}

TEST_F(ServerStopTest, AReplyThatIsDroppedAfterTheStopIsHarmless) {
  Start(std::chrono::seconds(0));
  TestClient client(server_->port());
  client.Send(Get("/hold"));
  const Reply reply = hold_.Take();
  server_.reset();
}

TEST_F(ServerStopTest, StoppingTwiceAndFromTwoThreadsIsTheSameAsOnce) {
  Start(std::chrono::seconds(1));
  const std::uint16_t port = server_->port();
  {
    std::jthread one([this] { server_->Stop(); });
    std::jthread two([this] { server_->Stop(); });
  }
  server_->Stop();
  EXPECT_EQ(server_->port(), port);
}

TEST_F(ServerStopTest, ThePortIsFreeAfterwards) {
  Start(std::chrono::seconds(1));
  const std::uint16_t port = server_->port();
  ASSERT_EQ(TestClient(port).Ask(Get("/echo")).status, 200);
  server_->Stop();
  auto again = Server::Start({.port = port}, router_, log_);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(TestClient(port).Ask(Get("/echo")).status, 200);
}

TEST_F(ServerStopTest, StoppingUnderLoadLosesNoAnswerThatWasBegun) {
  Start(std::chrono::seconds(30));
  const std::uint16_t port = server_->port();
  std::atomic<int> answered{0};
  std::atomic<int> wrong{0};
  std::vector<std::jthread> threads;
  for (int c = 0; c < 8; ++c) {
    threads.emplace_back([port, &answered, &wrong] {
      TestClient client(port);
      while (client.Send(Post("/later", "body"))) {
        const auto answer = client.Read();
        if (answer.status == 0) break;
        wrong += answer.status == 200 && answer.body == "body" ? 0 : 1;
        ++answered;
      }
    });
  }
  while (answered < 100) std::this_thread::yield();
  server_->Stop();
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

TEST(ServerStart, AUsedPortIsAnErrorThatSaysWhatToDo) {
  base::MemoryLog log;
  const Router router;
  const auto first = Server::Start({}, router, log);
  ASSERT_TRUE(first.ok()) << first.status();
  const std::uint16_t port = (*first)->port();
  EXPECT_NE(port, 0);
  const auto second = Server::Start({.port = port}, router, log);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  const std::string text = second.status().ToString();
  EXPECT_NE(text.find(std::to_string(port)), std::string::npos) << text;
  EXPECT_NE(text.find("set another port"), std::string::npos) << text;
}

TEST(ServerStart, AHostThatIsNoAddressOrNotOursIsRefused) {
  base::MemoryLog log;
  const Router router;
  const auto name = Server::Start({.host = "server.example"}, router, log);
  EXPECT_EQ(name.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(name.status().ToString().find("server.example"), std::string::npos);
  // RFC 5737: an address for documentation, which no machine has.
  const auto foreign = Server::Start({.host = "192.0.2.1"}, router, log);
  EXPECT_EQ(foreign.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(foreign.status().ToString().find("0.0.0.0"), std::string::npos) << foreign.status();
}

TEST(ServerStart, AnIpv6HostWorks) {
  base::MemoryLog log;
  EchoHandler echo;
  Router router;
  router.Add({.path = "/echo", .handler = &echo});
  const auto server = Server::Start({.host = "::1"}, router, log);
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_EQ(TestClient((*server)->port(), "::1").Ask(Get("/echo")).status, 200);
}

}  // namespace
}  // namespace enks::http
