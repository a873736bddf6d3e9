#include "base/base64.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace enks::base {
namespace {

std::string Text(const std::optional<Bytes>& bytes) {
  return bytes ? std::string(AsText(*bytes)) : "<none>";
}

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  EXPECT_EQ(ToBase64(AsBytes("")), "");
  EXPECT_EQ(ToBase64(AsBytes("f")), "Zg==");
  EXPECT_EQ(ToBase64(AsBytes("fo")), "Zm8=");
  EXPECT_EQ(ToBase64(AsBytes("foo")), "Zm9v");
  EXPECT_EQ(ToBase64(AsBytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(ToBase64Url(AsBytes("\xfb\xff")), "-_8");
}

TEST(Base64, ReadsBothAlphabetsMixedWithAnyPadding) {
  EXPECT_EQ(Text(FromAnyBase64("-_8=")), "\xfb\xff");
  EXPECT_EQ(Text(FromAnyBase64("+_8")), "\xfb\xff");
  EXPECT_EQ(Text(FromAnyBase64("Zg====")), "f");
  EXPECT_EQ(Text(FromAnyBase64("Zm\r\n9v")), "foo");
  EXPECT_EQ(Text(FromAnyBase64("Zm9v\n")), "foo");
  EXPECT_EQ(Text(FromAnyBase64("")), "");
}

TEST(Base64, IgnoresUnusedTrailingBits) {
  EXPECT_EQ(Text(FromAnyBase64("Zh==")), "f");
}

TEST(Base64, RefusesOtherCharactersPaddingInsideAndALeftOverCharacter) {
  EXPECT_FALSE(FromAnyBase64("Zg==Zg=="));
  EXPECT_FALSE(FromAnyBase64("Z g="));
  EXPECT_FALSE(FromAnyBase64("Zm9vY"));
  EXPECT_FALSE(FromAnyBase64("\xff\xff"));
}

TEST(Base64, JwtSegmentsTakeTheUrlAlphabetWithoutPaddingOnly) {
  EXPECT_EQ(Text(FromBase64UrlUnpadded("-_8")), "\xfb\xff");
  EXPECT_FALSE(FromBase64UrlUnpadded("-_8="));
  EXPECT_FALSE(FromBase64UrlUnpadded("+/8"));
  EXPECT_FALSE(FromBase64UrlUnpadded("Zm9v "));
  EXPECT_EQ(Text(FromBase64UrlUnpadded("\nZm\r\n9v\n")), "foo");
}

TEST(Base64, WhatIsWrittenIsReadBack) {
  EXPECT_TRUE(rc::check("round trip", [](const Bytes& bytes) {
    RC_ASSERT(FromAnyBase64(ToBase64(bytes)) == bytes);
    RC_ASSERT(FromBase64UrlUnpadded(ToBase64Url(bytes)) == bytes);
  }));
}

TEST(Hex, WhatIsWrittenIsReadBackInEitherCase) {
  EXPECT_EQ(ToHex(AsBytes("\x01\xab")), "01ab");
  EXPECT_EQ(FromHex("01AB"), FromHex("01ab"));
  EXPECT_FALSE(FromHex("0"));
  EXPECT_FALSE(FromHex("0g"));
}

}  // namespace
}  // namespace enks::base
