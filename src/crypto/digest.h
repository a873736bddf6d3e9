#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace enks::crypto {

using base::Bytes;
using base::ByteView;

using Sha256Digest = std::array<std::uint8_t, 32>;

// SHA-256 (FIPS 180-4) of `bytes`.
Sha256Digest Sha256(ByteView bytes);

// HMAC-SHA-256 (RFC 2104). Any key length, also none.
Sha256Digest HmacSha256(ByteView key, ByteView bytes);

// HKDF-SHA-256 (RFC 5869) with an empty salt where `salt` is empty. `size` at most 255 * 32.
Bytes HkdfSha256(ByteView input_key, ByteView salt, ByteView info, std::size_t size);

// Compares in a time that depends on the lengths only.
bool EqualInConstantTime(ByteView a, ByteView b);

// SHA-256 of bytes that come in pieces. Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Update(ByteView bytes);
  // Ends the stream: call once.
  Sha256Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace enks::crypto
