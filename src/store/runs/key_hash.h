#pragma once

#include <cstddef>
#include <cstdint>

#include "base/random.h"
#include "exposure/tek.h"

namespace enks::store::runs {

// SipHash-2-4 (Aumasson and Bernstein, 2012) of 16 bytes of key data under a secret seed. Phones
// choose their key data, so with a hash they could compute somebody would send keys that all fall
// into one place of a table and make every look-up walk over them. A value; thread-safe.
class KeyHash {
 public:
  KeyHash(std::uint64_t seed0, std::uint64_t seed1) : seed0_(seed0), seed1_(seed1) {}
  // A new seed from `random`, which should be fit for secrets.
  explicit KeyHash(base::Random& random) : seed0_(random.Next64()), seed1_(random.Next64()) {}

  std::uint64_t Of(const exposure::KeyData& key) const;

  // As a hasher of standard containers.
  std::size_t operator()(const exposure::KeyData& key) const { return Of(key); }

 private:
  std::uint64_t seed0_;
  std::uint64_t seed1_;
};

}  // namespace enks::store::runs
