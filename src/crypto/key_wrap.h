#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/secret.h"

// AES key wrap (RFC 3394), which carries the content key of a JWE (RFC 7518 section 4.4).
namespace enks::crypto {

// How much longer a key is when wrapped.
inline constexpr std::size_t kKeyWrapOverheadBytes = 8;

// `key` wrapped under `wrapping_key`, which is 32 bytes. `key` is a whole number of 8 bytes, at
// least 16.
base::Bytes Aes256KeyWrap(base::ByteView wrapping_key, base::ByteView key);

// The key, or nothing if `wrapped` was not made under `wrapping_key`, was changed, or has no length
// that a wrapped key can have. The integrity value is the default of section 2.2.3.1.
std::optional<base::SecretBytes> Aes256KeyUnwrap(base::ByteView wrapping_key,
                                                 base::ByteView wrapped);

}  // namespace enks::crypto
