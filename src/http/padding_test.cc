#include "http/padding.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/base64.h"

namespace enks::http {
namespace {

TEST(Padding, IsUniformFromTheMinimumToJustBelowMinimumPlusRange) {
  base::SeededRandom random(1);
  const PaddingSize size{10, 4};
  std::size_t seen[4] = {};
  for (int i = 0; i < 400; ++i) {
    const std::size_t bytes = DrawPaddingBytes(size, random);
    ASSERT_GE(bytes, 10U);
    ASSERT_LT(bytes, 14U);
    ++seen[bytes - 10];
  }
  EXPECT_GT(*std::min_element(std::begin(seen), std::end(seen)), 50U);
}

TEST(Padding, Replaces0By1024) {
  const PaddingSize both = UsablePadding({0, 0});
  EXPECT_EQ(both.bytes_min, 1024U);
  EXPECT_EQ(both.bytes_range, 1024U);
  const PaddingSize neither = UsablePadding({1, 2});
  EXPECT_EQ(neither.bytes_min, 1U);
  EXPECT_EQ(neither.bytes_range, 2U);
}

TEST(Padding, IsBase64OfFreshRandomBytes) {
  base::SeededRandom random(1);
  const std::string padding = MakePadding(1024, random);
  EXPECT_EQ(padding.size(), 1368U);
  EXPECT_EQ(base::FromAnyBase64(padding)->size(), 1024U);
  EXPECT_NE(padding, MakePadding(1024, random));
  EXPECT_EQ(MakePadding(2047, random).size(), 2732U);
}

}  // namespace
}  // namespace enks::http
