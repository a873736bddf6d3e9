#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "exportfile/format.h"

// The messages of proto/export.proto as bytes, written by hand: ten times as fast as the generated
// code, and streams without holding a whole message. encoder_test.cc compares both byte by byte.
// Fields stand in ascending order, and those that spec/export-file.md section 2 omits are omitted,
// so equal values are equal bytes.
namespace enks::exportfile {

// Which repeated field of TemporaryExposureKeyExport a key belongs to; the value is its number.
enum class KeyList : std::uint8_t { kKeys = 7, kRevisedKeys = 8 };

// Tag and length of the entry (2), key data (2 + 16), four fields of at most a tag and ten bytes of
// varint, and the onset (1 + 5).
inline constexpr std::size_t kEncodedKeyBytesMax = 2 + 18 + 4 * 11 + 6;

// Writes one entry of the list to the front of `out` and returns its size. `key_data` stands for
// `key.key`: it is at most 16 bytes here, so that the published test vector with its shorter keys
// can be encoded.
std::size_t EncodeKey(KeyList list, base::ByteView key_data, const WireKey& key,
                      std::span<std::uint8_t, kEncodedKeyBytesMax> out);

// Fields 1 to 6 of TemporaryExposureKeyExport: all that comes before the keys.
base::Bytes EncodeHeader(const ExportHeader& header);

// TEKSignatureList.
base::Bytes EncodeSignatures(const std::vector<WireSignature>& signatures);

}  // namespace enks::exportfile
