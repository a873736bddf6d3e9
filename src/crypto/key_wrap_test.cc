#include "crypto/key_wrap.h"

#include <gtest/gtest.h>

namespace enks::crypto {
namespace {

using base::Bytes;
using base::FromHex;
using base::ToHex;

// RFC 3394 section 4.6.
const char* const kWrappingKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const char* const kKey = "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f";
const char* const kWrapped =
    "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21";

TEST(KeyWrapTest, WrapsAndUnwrapsTheKeyOfRfc3394Section4Point6) {
  EXPECT_EQ(ToHex(Aes256KeyWrap(*FromHex(kWrappingKey), *FromHex(kKey))), kWrapped);
  const auto key = Aes256KeyUnwrap(*FromHex(kWrappingKey), *FromHex(kWrapped));
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(ToHex(key->Expose()), kKey);
}

TEST(KeyWrapTest, UnwrapsAShorterKeyOfRfc3394Section4Point3) {
  const auto key = Aes256KeyUnwrap(*FromHex(kWrappingKey),
                                   *FromHex("64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"));
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(ToHex(key->Expose()), "00112233445566778899aabbccddeeff");
}

TEST(KeyWrapTest, SeesEveryBitThatWasChanged) {
  const Bytes wrapped = *FromHex(kWrapped);
  for (std::size_t bit = 0; bit < 8 * wrapped.size(); ++bit) {
    Bytes changed = wrapped;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << bit % 8));
    EXPECT_FALSE(Aes256KeyUnwrap(*FromHex(kWrappingKey), changed).has_value()) << bit;
  }
}

TEST(KeyWrapTest, RefusesLengthsThatNoWrappedKeyHas) {
  const Bytes wrapped = *FromHex(kWrapped);
  for (std::size_t size = 0; size < wrapped.size(); ++size) {
    const Bytes cut(wrapped.begin(), wrapped.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(Aes256KeyUnwrap(*FromHex(kWrappingKey), cut).has_value()) << size;
  }
  Bytes longer = wrapped;
  longer.push_back(0);
  EXPECT_FALSE(Aes256KeyUnwrap(*FromHex(kWrappingKey), longer).has_value());
}

TEST(KeyWrapTest, RefusesAnotherKeysWrapping) {
  Bytes other = *FromHex(kWrappingKey);
  other[31] = 0;
  EXPECT_FALSE(Aes256KeyUnwrap(other, *FromHex(kWrapped)).has_value());
}

}  // namespace
}  // namespace enks::crypto
