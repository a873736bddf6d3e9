// What the server does when no file descriptor is left.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "http/server.h"
#include "http/testing/test_client.h"
#include "http/testing/test_handlers.h"

namespace enks::http {
namespace {

int CountOf(std::string_view part, std::string_view text) {
  int count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

class ServerRoomTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    router_.Add({.path = "/echo", .handler = &echo_});
    auto server =
        Server::Start({.limits = {.idle_timeout = std::chrono::seconds(1)}}, router_, log_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  void TearDown() override { ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

  // From now on this process can open `count` more files.
  void LeaveDescriptors(rlim_t count) {
    const int lowest_free = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(lowest_free, 0);
    ::close(lowest_free);
    const rlimit limit{static_cast<rlim_t>(lowest_free) + count, before_.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }

  rlimit before_{};
  EchoHandler echo_;
  base::MemoryLog log_;
  Router router_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerRoomTest, AConnectionWaitsForADescriptorAndTheLogSaysSoOnce) {
  TestClient early(server_->port());
  ASSERT_EQ(early.Ask(Get("/echo")).status, 200);
  LeaveDescriptors(1);
  TestClient late(server_->port());  // takes it; the server has none to accept with
  // Running connections go on. This one is idle for so long that accepting is tried many times.
  EXPECT_EQ(early.Ask(Get("/echo")).status, 200);
  EXPECT_TRUE(early.IsClosedByServer());
  EXPECT_EQ(CountOf("no connection can be accepted", log_.Text()), 1);
  // The descriptor of the early one serves the late one.
  EXPECT_EQ(late.Ask(Get("/echo")).status, 200);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0);
  TestClient later(server_->port());
  EXPECT_EQ(later.Ask(Get("/echo")).status, 200);
  server_->Stop();
  EXPECT_EQ(CountOf("no connection can be accepted", log_.Text()), 1);
  EXPECT_EQ(CountOf("accepted again", log_.Text()), 1);
}

}  // namespace
}  // namespace enks::http
