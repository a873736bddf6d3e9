#include "crypto/der.h"

#include <gtest/gtest.h>

#include <limits>

namespace enks::crypto {
namespace {

Bytes Hex(std::string_view text) {
  return *base::FromHex(text);
}

TEST(DerTest, ReadsElementsOneAfterTheOther) {
  const Bytes der = Hex("300d020105040201020101ff0a0103");
  DerReader outer(der);
  auto sequence = outer.Sequence();
  ASSERT_TRUE(sequence.ok());
  EXPECT_EQ(*sequence->Integer(), 5);
  const auto octets = sequence->OctetString();
  ASSERT_TRUE(octets.ok());
  EXPECT_EQ(base::ToHex(*octets), "0102");
  EXPECT_TRUE(*sequence->Boolean());
  EXPECT_EQ(*sequence->Enumerated(), 3);
  EXPECT_TRUE(sequence->End().ok());
  EXPECT_TRUE(outer.End().ok());
}

TEST(DerTest, ReadsTagsAboveThirty) {
  const Bytes der = Hex("bf853d03020102");
  DerReader reader(der);
  auto tagged = reader.ContextTagged();
  ASSERT_TRUE(tagged.ok());
  EXPECT_EQ(tagged->tag, 701);
  EXPECT_EQ(*tagged->content.Integer(), 2);
  EXPECT_TRUE(tagged->content.AtEnd());
}

TEST(DerTest, ReadsNumbersUpToSixtyFourBits) {
  const auto number = [](std::string_view hex) { return DerReader(Hex(hex)).Integer(); };
  EXPECT_EQ(*number("020100"), 0);
  EXPECT_EQ(*number("0201ff"), -1);
  EXPECT_EQ(*number("02020080"), 128);
  EXPECT_EQ(*number("02087fffffffffffffff"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(*number("02088000000000000000"), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(number("0209008000000000000000").ok());
  EXPECT_FALSE(number("0200").ok());
  EXPECT_FALSE(number("02020001").ok()) << "longer than need be";
  EXPECT_FALSE(number("0202ff80").ok()) << "longer than need be";
}

TEST(DerTest, TakesAnyOctetButZeroForTrue) {
  const auto boolean = [](std::string_view hex) { return DerReader(Hex(hex)).Boolean(); };
  EXPECT_TRUE(*boolean("010101"));
  EXPECT_TRUE(*boolean("0101ff"));
  EXPECT_FALSE(*boolean("010100"));
  EXPECT_FALSE(boolean("0100").ok());
  EXPECT_FALSE(boolean("01020101").ok());
}

TEST(DerTest, RefusesWhatIsNotAskedFor) {
  EXPECT_FALSE(DerReader(Hex("020105")).OctetString().ok());
  EXPECT_FALSE(DerReader(Hex("240302010a")).OctetString().ok()) << "in pieces";
  EXPECT_FALSE(DerReader(Hex("a203020105")).Sequence().ok());
  EXPECT_FALSE(DerReader(Hex("820105")).ContextTagged().ok()) << "implicitly tagged";
  EXPECT_FALSE(DerReader(Hex("3000")).Set().ok());
}

TEST(DerTest, RefusesBrokenFraming) {
  EXPECT_FALSE(DerReader({}).Integer().ok());
  EXPECT_FALSE(DerReader(Hex("02")).Integer().ok());
  EXPECT_FALSE(DerReader(Hex("020201")).Integer().ok());
  EXPECT_FALSE(DerReader(Hex("04847fffffff00")).OctetString().ok());
  EXPECT_FALSE(DerReader(Hex("3080020105"
                             "0000"))
                   .Sequence()
                   .ok())
      << "indefinite";
}

TEST(DerTest, SeesWhatIsLeft) {
  const Bytes der = Hex("020105020106");
  DerReader reader(der);
  ASSERT_TRUE(reader.Integer().ok());
  EXPECT_FALSE(reader.AtEnd());
  EXPECT_FALSE(reader.End().ok());
}

}  // namespace
}  // namespace enks::crypto
