#include "http/connection_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

namespace enks::http {
namespace {

using ::testing::HasSubstr;

TEST(ConnectionsWithin, LeavesTheReserveAndTwoDescriptorsAConnection) {
  EXPECT_EQ(ConnectionsWithin(1024, 10'000), 384u);
  EXPECT_EQ(ConnectionsWithin(20'255, 10'000), 9'999u);
  EXPECT_EQ(ConnectionsWithin(20'256, 10'000), 10'000u);
  EXPECT_EQ(ConnectionsWithin(1'000'000, 10'000), 10'000u);
}

TEST(ConnectionsWithin, LeavesHalfOfASmallLimit) {
  EXPECT_EQ(ConnectionsWithin(512, 10'000), 128u);
  EXPECT_EQ(ConnectionsWithin(100, 10'000), 25u);
  EXPECT_EQ(ConnectionsWithin(1, 10'000), 1u);
  EXPECT_EQ(ConnectionsWithin(0, 10'000), 1u);
}

// Changes the soft limit of this process for the length of a test.
class MakeRoomForConnectionsTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0); }
  void TearDown() override { ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

  void SetSoftLimit(rlim_t soft) {
    const rlimit limit{soft, before_.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  static rlim_t SoftLimit() {
    rlimit limit{};
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    return limit.rlim_cur;
  }

  rlimit before_{};
  base::MemoryLog log_;
};

TEST_F(MakeRoomForConnectionsTest, RaisesTheSoftLimitAsFarAsItIsNeeded) {
  ASSERT_GE(before_.rlim_max, 500u) << "this test needs a hard limit of 500 open files";
  SetSoftLimit(300);
  EXPECT_EQ(MakeRoomForConnections(100, log_), 100u);
  EXPECT_EQ(SoftLimit(), 456u);
  EXPECT_EQ(log_.Text(), "");
}

TEST_F(MakeRoomForConnectionsTest, NeverLowersTheLimit) {
  ASSERT_GE(before_.rlim_max, 500u) << "this test needs a hard limit of 500 open files";
  SetSoftLimit(500);
  EXPECT_EQ(MakeRoomForConnections(1, log_), 1u);
  EXPECT_EQ(SoftLimit(), 500u);
}

TEST_F(MakeRoomForConnectionsTest, SaysInOneLineThatTheHardLimitIsTooLow) {
  if (before_.rlim_max == RLIM_INFINITY) GTEST_SKIP() << "there is no hard limit here";
  const std::size_t wanted = static_cast<std::size_t>(before_.rlim_max) + 1;
  const std::size_t allowed = MakeRoomForConnections(wanted, log_);
  EXPECT_EQ(SoftLimit(), before_.rlim_max);
  EXPECT_EQ(allowed, ConnectionsWithin(before_.rlim_max, wanted));
  const std::string text = log_.Text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_THAT(text, HasSubstr("http.connections_max"));
}

}  // namespace
}  // namespace enks::http
