#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace enks::base {

// A source of random bytes. Everything that needs randomness is handed one, so that a scenario
// replays under its seed. Implementations say whether they are thread-safe and fit for secrets.
class Random {
 public:
  virtual ~Random() = default;

  // Fills `out` with random bytes. Never fails: SystemRandom ends the process if the operating
  // system has no randomness to give.
  virtual void Fill(std::span<std::uint8_t> out) = 0;

  // A uniform number in [0, bound). `bound` must be positive.
  std::uint64_t Below(std::uint64_t bound);

  std::uint64_t Next64();
};

// Cryptographically strong, from the operating system. Thread-safe.
class SystemRandom final : public Random {
 public:
  void Fill(std::span<std::uint8_t> out) override;
};

// The same sequence for the same seed, for tests and simulations only. Never use it for keys that
// protect real people. Not thread-safe: give each thread its own.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void Fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

// A uniformly random order of `items`.
template <typename Range>
void Shuffle(Range& items, Random& random) {
  for (std::size_t i = std::size(items); i > 1; --i) {
    using std::swap;
    swap(items[i - 1], items[static_cast<std::size_t>(random.Below(i))]);
  }
}

}  // namespace enks::base
