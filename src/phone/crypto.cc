#include "phone/crypto.h"

#include <algorithm>
#include <string_view>

#include "crypto/digest.h"

namespace enks::phone {
namespace {

using Key16 = std::array<std::uint8_t, 16>;

// "RPIK_i <- HKDF(tek_i, NULL, UTF8("EN-RPIK"), 16)" and likewise "EN-AEMK".
Key16 Derive(const KeyData& tek, std::string_view info) {
  const base::Bytes bytes = crypto::HkdfSha256(tek.bytes(), {}, base::AsBytes(info), 16);
  Key16 key{};
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

// PaddedData_j: "EN-RPI", six zero bytes, then ENIN_j as four bytes, little-endian. A negative
// interval is encoded as the unsigned number it is on the wire.
ProximityId PaddedData(std::int64_t interval) {
  constexpr std::string_view kPrefix = "EN-RPI";
  ProximityId block{};
  std::copy(kPrefix.begin(), kPrefix.end(), block.begin());
  const auto number = static_cast<std::uint32_t>(interval);
  for (std::size_t i = 0; i < 4; ++i) {
    block[12 + i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return block;
}

}  // namespace

DerivedKeys DeriveKeys(const KeyData& tek) {
  return {.identifier_key = Derive(tek, "EN-RPIK"), .metadata_key = Derive(tek, "EN-AEMK")};
}

ProximityId IdentifierAt(const DerivedKeys& keys, Interval interval) {
  return crypto::Aes128EncryptBlock(keys.identifier_key, PaddedData(interval.number));
}

void DeriveIdentifiers(const KeyData& tek, Interval start, std::span<ProximityId> out) {
  std::int64_t interval = start.number;
  for (ProximityId& block : out) block = PaddedData(interval++);
  crypto::Aes128EncryptBlocks(Derive(tek, "EN-RPIK"), out);
}

Metadata CryptMetadata(const DerivedKeys& keys, const ProximityId& identifier,
                       const Metadata& metadata) {
  const base::Bytes bytes = crypto::Aes128Ctr(keys.metadata_key, identifier, metadata);
  Metadata out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

}  // namespace enks::phone
