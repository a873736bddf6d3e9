#include "store/runs/key_hash.h"

#include <gtest/gtest.h>

#include <array>

namespace enks::store::runs {
namespace {

exposure::KeyData CountingKey() {
  std::array<std::uint8_t, 16> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  return exposure::KeyData(bytes);
}

// The vector of the SipHash authors for the message 00 01 .. 0f under the key 00 01 .. 0f.
TEST(KeyHash, IsSipHash24) {
  const KeyHash hash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
  EXPECT_EQ(hash.Of(CountingKey()), 0x3f2acc7f57c29bdb);
}

TEST(KeyHash, AnotherSeedIsAnotherHash) {
  base::SeededRandom random(1);
  EXPECT_NE(KeyHash(random).Of(CountingKey()), KeyHash(random).Of(CountingKey()));
}

}  // namespace
}  // namespace enks::store::runs
