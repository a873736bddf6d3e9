#include "store/runs/key_hash.h"

#include <array>
#include <bit>

#include "base/bytes.h"

namespace enks::store::runs {
namespace {

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  // c = 2 rounds a word.
  void Absorb(std::uint64_t word) {
    v3 ^= word;
    Round();
    Round();
    v0 ^= word;
  }

  // d = 4 rounds at the end.
  std::uint64_t Finish() {
    v2 ^= 0xff;
    for (int i = 0; i < 4; ++i) Round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

std::uint64_t LittleEndianWord(base::ByteView bytes, std::size_t at) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 8; ++i) word |= std::uint64_t{bytes[at + i]} << (8 * i);
  return word;
}

}  // namespace

std::uint64_t KeyHash::Of(const exposure::KeyData& key) const {
  // The constants are the text "somepseudorandomlygeneratedbytes", as the paper has it.
  SipState state{seed0_ ^ 0x736f6d6570736575, seed1_ ^ 0x646f72616e646f6d,
                 seed0_ ^ 0x6c7967656e657261, seed1_ ^ 0x7465646279746573};
  state.Absorb(LittleEndianWord(key.bytes(), 0));
  state.Absorb(LittleEndianWord(key.bytes(), 8));
  // The last word carries the length in its highest byte, and no bytes are left over.
  state.Absorb(std::uint64_t{exposure::KeyData::kSize} << 56);
  return state.Finish();
}

}  // namespace enks::store::runs
