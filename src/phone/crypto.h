#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "crypto/aes.h"
#include "exposure/tek.h"

// What a phone derives from its temporary exposure keys (TEKs): "Exposure Notification Cryptography
// Specification v1.2" (April 2020). Pure functions.
namespace enks::phone {

using exposure::Interval;
using exposure::KeyData;

// RPI: the 16 bytes a phone broadcasts for ten minutes. Says nothing without the TEK.
using ProximityId = crypto::AesBlock;

// Four bytes of Bluetooth metadata (version and transmit power), plain or encrypted (AEM).
using Metadata = std::array<std::uint8_t, 4>;

// RPIK and AEMK are as secret as the TEK they come from.
struct DerivedKeys {
  std::array<std::uint8_t, 16> identifier_key;  // RPIK
  std::array<std::uint8_t, 16> metadata_key;    // AEMK
};
DerivedKeys DeriveKeys(const KeyData& tek);

// RPI_ij of `interval`. Any interval is computed; whether it lies within the key's rolling period
// is the caller's business.
ProximityId IdentifierAt(const DerivedKeys& keys, Interval interval);

// The identifiers of `out.size()` intervals from `start` on. About twenty times as fast as asking
// for each, which is what makes matching whole export files cheap.
void DeriveIdentifiers(const KeyData& tek, Interval start, std::span<ProximityId> out);

// Encrypts metadata for the identifier it is sent with, and decrypts it again (AES-CTR is its own
// inverse).
Metadata CryptMetadata(const DerivedKeys& keys, const ProximityId& identifier,
                       const Metadata& metadata);

}  // namespace enks::phone
