#include "store/object_name.h"

#include <gtest/gtest.h>

#include <string>

namespace enks::store {
namespace {

TEST(ObjectName, ASegmentIsShortWithoutSeparatorsAndNotHidden) {
  for (const std::string& plain : {std::string("a"), std::string("a..b"), std::string("a."),
                                   std::string("Ä b"), std::string(200, 'a')}) {
    EXPECT_TRUE(IsPlainSegment(plain)) << plain;
  }
  for (const std::string& other :
       {std::string(), std::string("."), std::string(".."), std::string(".a"), std::string("a/b"),
        std::string("a\\b"), std::string("a\nb"), std::string("a\0b", 3), std::string("a\x7f"),
        std::string(201, 'a')}) {
    EXPECT_FALSE(IsPlainSegment(other)) << other;
  }
}

TEST(ObjectName, APathIsMadeOfPlainSegments) {
  for (const char* plain : {"a", "a/b", "a/b..c/d"}) EXPECT_TRUE(IsPlainPath(plain)) << plain;
  for (const char* other : {"", "/", "/a", "a/", "a//b", "a/.b", "a/..", "a\\b/c"}) {
    EXPECT_FALSE(IsPlainPath(other)) << other;
  }
}

}  // namespace
}  // namespace enks::store
