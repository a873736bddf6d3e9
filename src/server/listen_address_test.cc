#include "server/listen_address.h"

#include <gtest/gtest.h>

namespace enks::server {
namespace {

bool CollideAsText(const char* a, const char* b) {
  const auto left = ParseListenAddress(a);
  const auto right = ParseListenAddress(b);
  EXPECT_TRUE(left && right) << a << " " << b;
  EXPECT_EQ(Collide(*left, *right), Collide(*right, *left)) << a << " " << b;
  return Collide(*left, *right);
}

TEST(ListenAddressTest, APortIsADecimalNumberOfSixteenBits) {
  EXPECT_EQ(ParsePort("0"), 0);
  EXPECT_EQ(ParsePort("65535"), 65535);
  for (const char* text : {"", "65536", "-1", "+1", "abc", "80x", " 80", "0x50"}) {
    EXPECT_FALSE(ParsePort(text)) << text;
  }
}

TEST(ListenAddressTest, AnAddressIsReadAndWrittenInOneForm) {
  for (const char* text : {"127.0.0.1:8080", "[::1]:8080", "0.0.0.0:0", "[::]:65535"}) {
    const auto address = ParseListenAddress(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(FormatListenAddress(*address), text);
  }
  for (const char* text : {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536"}) {
    EXPECT_FALSE(ParseListenAddress(text)) << text;
  }
}

TEST(ListenAddressTest, OnePortOnOneHostCollides) {
  EXPECT_TRUE(CollideAsText("127.0.0.1:80", "127.0.0.1:80"));
  EXPECT_TRUE(CollideAsText("[::1]:80", "[0:0:0:0:0:0:0:1]:80"));
  EXPECT_FALSE(CollideAsText("127.0.0.1:80", "127.0.0.1:81"));
  EXPECT_FALSE(CollideAsText("127.0.0.1:80", "127.0.0.2:80"));
  EXPECT_FALSE(CollideAsText("127.0.0.1:80", "[::1]:80"));
}

TEST(ListenAddressTest, AllHostsCollideWithEachOneOfThem) {
  EXPECT_TRUE(CollideAsText("0.0.0.0:80", "127.0.0.1:80"));
  EXPECT_TRUE(CollideAsText("[::]:80", "[::1]:80"));
  EXPECT_TRUE(CollideAsText("[::]:80", "127.0.0.1:80"));
  EXPECT_TRUE(CollideAsText("[::]:80", "0.0.0.0:80"));
  EXPECT_FALSE(CollideAsText("0.0.0.0:80", "[::1]:80"));
  EXPECT_FALSE(CollideAsText("0.0.0.0:80", "127.0.0.1:81"));
}

TEST(ListenAddressTest, AnyFreePortCollidesWithNothing) {
  EXPECT_FALSE(CollideAsText("127.0.0.1:0", "127.0.0.1:0"));
  EXPECT_FALSE(CollideAsText("0.0.0.0:0", "127.0.0.1:0"));
}

}  // namespace
}  // namespace enks::server
