#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/bytes.h"

// Writes DER (ITU-T X.690): each function one element around the content given.
namespace enks::attestation::issuing {

base::Bytes Concatenated(std::initializer_list<base::Bytes> parts);

base::Bytes DerSequence(std::initializer_list<base::Bytes> elements);
base::Bytes DerSet(std::initializer_list<base::Bytes> elements);
base::Bytes DerInteger(std::int64_t number);
base::Bytes DerEnumerated(std::int64_t number);
base::Bytes DerOctetString(base::ByteView content);
base::Bytes DerText(std::string_view content);  // as an OCTET STRING
// [tag] EXPLICIT, with any tag number.
base::Bytes DerExplicit(int tag, const base::Bytes& element);
// Any element with a tag of one byte.
base::Bytes DerElement(std::uint8_t tag, const base::Bytes& content);

}  // namespace enks::attestation::issuing
