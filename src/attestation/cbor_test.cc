#include "attestation/cbor.h"

#include <gtest/gtest.h>

#include <limits>

#include "attestation/issuing/cbor_maker.h"

namespace enks::attestation {
namespace {

using base::Bytes;

Result<CborItem> ReadHex(std::string_view hex) {
  return ReadCbor(*base::FromHex(hex));
}

TEST(CborTest, ReadsIntegersOfEverySize) {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{23}, std::int64_t{24}, std::int64_t{-1}, std::int64_t{-257},
        std::int64_t{65536}, std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min()}) {
    const auto item = ReadCbor(issuing::CborInteger(number));
    ASSERT_TRUE(item.ok()) << number;
    EXPECT_EQ(item->kind, CborKind::kInteger);
    EXPECT_EQ(item->integer, number);
  }
  EXPECT_FALSE(ReadHex("1b8000000000000000").ok());
  EXPECT_FALSE(ReadHex("3b8000000000000000").ok());
}

TEST(CborTest, FindsMembersByTextAndByInteger) {
  const auto item = ReadCbor(issuing::CborMap(
      {issuing::CborText("1"), issuing::CborText("text"), issuing::CborInteger(1),
       issuing::CborText("integer"), issuing::CborInteger(-1), issuing::CborBytes(Bytes{7})}));
  ASSERT_TRUE(item.ok());
  EXPECT_EQ(base::AsText(item->Find("1")->bytes), "text");
  EXPECT_EQ(base::AsText(item->Find(1)->bytes), "integer");
  EXPECT_EQ(item->Find(-1)->bytes, Bytes{7});
  EXPECT_EQ(item->Find("2"), nullptr);
  EXPECT_EQ(item->Find(2), nullptr);
  EXPECT_EQ(item->Find("1")->Find("1"), nullptr) << "not a map";
}

TEST(CborTest, ReadsIndefiniteLengthsAsDefiniteOnes) {
  const Bytes bytes(300, 0x5a);
  const auto definite = ReadCbor(
      issuing::CborMap({issuing::CborText("a"), issuing::CborArray({issuing::CborBytes(bytes)})}));
  const auto indefinite = ReadCbor(issuing::CborMapUntilBreak(
      {issuing::CborText("a"), issuing::CborArrayUntilBreak({issuing::CborBytesInPieces(bytes)})}));
  ASSERT_TRUE(definite.ok() && indefinite.ok());
  EXPECT_EQ(definite->Find("a")->items[0].bytes, indefinite->Find("a")->items[0].bytes);
}

TEST(CborTest, RefusesBytesBehindTheItem) {
  EXPECT_TRUE(ReadHex("01").ok());
  EXPECT_FALSE(ReadHex("0100").ok());
  EXPECT_FALSE(ReadHex("").ok());
}

TEST(CborTest, RefusesLengthsThatAreNotThere) {
  EXPECT_FALSE(ReadHex("4201").ok());
  EXPECT_FALSE(ReadHex("8201").ok());
  EXPECT_FALSE(ReadHex("a101").ok());
  EXPECT_FALSE(ReadHex("5f4101").ok()) << "no break";
  EXPECT_FALSE(ReadHex("9f01").ok()) << "no break";
  EXPECT_FALSE(ReadHex("1900").ok());
}

TEST(CborTest, BelievesNoPromiseOfGigabytes) {
  for (const auto* hex : {"5b7fffffffffffffff", "7bffffffffffffffff", "9b7fffffffffffffff",
                          "9bffffffffffffffff", "bb7fffffffffffffff", "bbffffffffffffffff",
                          "bb8000000000000000", "9a10000000", "ba10000000"}) {
    EXPECT_FALSE(ReadHex(hex).ok()) << hex;
  }
}

TEST(CborTest, CountsItems) {
  const auto array_of = [](std::size_t count) {
    Bytes bytes = {0x98, static_cast<std::uint8_t>(count)};
    bytes.insert(bytes.end(), count, 0x01);
    return bytes;
  };
  EXPECT_TRUE(ReadCbor(array_of(kCborItemsMax - 1)).ok());
  EXPECT_FALSE(ReadCbor(array_of(kCborItemsMax)).ok());
  Bytes pieces = {0x5f};
  for (std::size_t i = 0; i < kCborItemsMax; ++i) pieces.push_back(0x40);
  pieces.push_back(0xff);
  EXPECT_FALSE(ReadCbor(pieces).ok());
}

TEST(CborTest, CountsDepth) {
  EXPECT_TRUE(ReadHex("81818101").ok());
  EXPECT_FALSE(ReadHex("8181818101").ok());
  EXPECT_FALSE(ReadCbor(Bytes(1000, 0x81)).ok());
  EXPECT_FALSE(ReadCbor(Bytes(1000, 0x9f)).ok());
}

TEST(CborTest, RefusesKeysThatComeTwice) {
  EXPECT_TRUE(ReadHex("a201010201").ok());
  EXPECT_FALSE(ReadHex("a201010102").ok());
  EXPECT_FALSE(ReadHex("a26161016161"
                       "02")
                   .ok());
  EXPECT_FALSE(ReadHex("a2616101"
                       "7f6161ff02")
                   .ok())
      << "in pieces it is the same key";
  EXPECT_FALSE(ReadHex("bf01010102ff").ok());
}

TEST(CborTest, RefusesKeysOfOtherTypes) {
  EXPECT_FALSE(ReadHex("a1410101").ok()) << "bytes";
  EXPECT_FALSE(ReadHex("a18001").ok()) << "array";
  EXPECT_FALSE(ReadHex("bf01ff").ok()) << "a key without a value";
}

TEST(CborTest, RefusesTypesThatNobodySends) {
  for (const auto* hex : {"f4", "f5", "f6", "f7", "f90000", "fa00000000", "fb0000000000000000",
                          "c001", "d81801", "e0", "f8ff", "ff", "81ff", "1c", "fc"}) {
    EXPECT_FALSE(ReadHex(hex).ok()) << hex;
  }
  EXPECT_FALSE(ReadHex("5f6161ff").ok()) << "a text among bytes";
  EXPECT_FALSE(ReadHex("5f5f4101ffff").ok()) << "pieces in a piece";
  EXPECT_FALSE(ReadHex("5f01ff").ok());
}

}  // namespace
}  // namespace enks::attestation
