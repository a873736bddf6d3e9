#include "base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace enks::base {

std::uint64_t Random::Next64() {
  std::uint8_t bytes[8];
  Fill(bytes);
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint64_t Random::Below(std::uint64_t bound) {
  ENKS_CHECK(bound > 0);
  // Numbers below `unfair` would make small results more likely, so they are drawn again.
  const std::uint64_t unfair = (0 - bound) % bound;
  std::uint64_t value = Next64();
  while (value < unfair) value = Next64();
  return value % bound;
}

void SystemRandom::Fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    ENKS_CHECK(got > 0);
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

void SeededRandom::Fill(std::span<std::uint8_t> out) {
  // SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
  while (!out.empty()) {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    const std::size_t take = out.size() < sizeof z ? out.size() : sizeof z;
    std::memcpy(out.data(), &z, take);
    out = out.subspan(take);
  }
}

}  // namespace enks::base
