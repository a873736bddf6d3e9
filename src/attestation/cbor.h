#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

// Reading CBOR (RFC 8949), as much of it as App Attest uses: integers, byte and text strings,
// arrays and maps, of definite and of indefinite length. Tags, floats and simple values are
// refused.
namespace enks::attestation {

// Items inside one another, the outermost counted: an attestation object has four, from the map
// through attStmt and x5c to a certificate.
inline constexpr std::size_t kCborDepthMax = 4;
// Items in all, pieces of strings included. An attestation object has eleven.
inline constexpr std::size_t kCborItemsMax = 64;

enum class CborKind : std::uint8_t { kInteger, kBytes, kText, kArray, kMap };

struct CborItem {
  CborKind kind = CborKind::kInteger;
  std::int64_t integer = 0;
  base::Bytes bytes;            // of kBytes and kText
  std::vector<CborItem> items;  // elements of a kArray; keys and values by turns of a kMap

  // The value of a kMap under that key, null if there is none or this is no map.
  const CborItem* Find(std::string_view key) const;
  const CborItem* Find(std::int64_t key) const;
};

// One item and nothing behind it. Keys of maps are texts or integers, none of them twice.
// kInvalidArgument if it is anything else or beyond the limits. Memory is bounded by the size of
// `bytes`, whatever lengths they promise.
Result<CborItem> ReadCbor(base::ByteView bytes);

}  // namespace enks::attestation
