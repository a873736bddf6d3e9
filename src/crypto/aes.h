#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"

namespace enks::crypto {

using base::Bytes;
using base::ByteView;

using AesBlock = std::array<std::uint8_t, 16>;

// One AES-128 block (FIPS 197), as the Exposure Notification specification makes rolling proximity
// identifiers. `key` is 16 bytes.
AesBlock Aes128EncryptBlock(ByteView key, const AesBlock& block);

// The same for many blocks under one key, each on its own and in place. The key is set up once, so
// a day of identifiers costs little more than one.
void Aes128EncryptBlocks(ByteView key, std::span<AesBlock> blocks);

// AES-128 in counter mode with `initial_counter` as the first block; encrypts and decrypts.
Bytes Aes128Ctr(ByteView key, const AesBlock& initial_counter, ByteView bytes);

// AES-256-GCM: returns nonce (12 bytes, given) || ciphertext || tag (16 bytes). `key` is 32 bytes.
Bytes Aes256GcmSeal(ByteView key, const std::array<std::uint8_t, 12>& nonce, ByteView plaintext,
                    ByteView additional);
// The plaintext, or nothing if any byte was changed or `sealed` is too short.
std::optional<Bytes> Aes256GcmOpen(ByteView key, ByteView sealed, ByteView additional);

}  // namespace enks::crypto
