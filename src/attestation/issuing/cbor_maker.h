#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/bytes.h"

// Writes CBOR (RFC 8949).
namespace enks::attestation::issuing {

base::Bytes CborInteger(std::int64_t number);
base::Bytes CborBytes(base::ByteView bytes);
base::Bytes CborText(std::string_view text);
base::Bytes CborArray(std::initializer_list<base::Bytes> elements);
// Keys and values by turns.
base::Bytes CborMap(std::initializer_list<base::Bytes> keys_and_values);

// The same of indefinite length; a string is sent in two pieces.
base::Bytes CborBytesInPieces(base::ByteView bytes);
base::Bytes CborArrayUntilBreak(std::initializer_list<base::Bytes> elements);
base::Bytes CborMapUntilBreak(std::initializer_list<base::Bytes> keys_and_values);

}  // namespace enks::attestation::issuing
