#include "attestation/issuing/der_maker.h"

namespace enks::attestation::issuing {
namespace {

using base::Bytes;

Bytes LengthOf(std::size_t size) {
  if (size < 0x80) return {static_cast<std::uint8_t>(size)};
  Bytes bytes;
  for (; size > 0; size >>= 8) bytes.insert(bytes.begin(), static_cast<std::uint8_t>(size));
  bytes.insert(bytes.begin(), static_cast<std::uint8_t>(0x80 | bytes.size()));
  return bytes;
}

Bytes Number(std::uint8_t tag, std::int64_t number) {
  Bytes content;
  for (int shift = 56; shift >= 0; shift -= 8) {
    content.push_back(static_cast<std::uint8_t>(number >> shift));
  }
  // The shortest form that keeps the sign.
  while (content.size() > 1 && ((content[0] == 0x00 && (content[1] & 0x80) == 0) ||
                                (content[0] == 0xff && (content[1] & 0x80) != 0))) {
    content.erase(content.begin());
  }
  return DerElement(tag, content);
}

}  // namespace

Bytes Concatenated(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes DerElement(std::uint8_t tag, const Bytes& content) {
  return Concatenated({{tag}, LengthOf(content.size()), content});
}

Bytes DerSequence(std::initializer_list<Bytes> elements) {
  return DerElement(0x30, Concatenated(elements));
}

Bytes DerSet(std::initializer_list<Bytes> elements) {
  return DerElement(0x31, Concatenated(elements));
}

Bytes DerInteger(std::int64_t number) {
  return Number(0x02, number);
}

Bytes DerEnumerated(std::int64_t number) {
  return Number(0x0a, number);
}

Bytes DerOctetString(base::ByteView content) {
  return DerElement(0x04, Bytes(content.begin(), content.end()));
}

Bytes DerText(std::string_view content) {
  return DerOctetString(base::AsBytes(content));
}

Bytes DerExplicit(int tag, const Bytes& element) {
  if (tag < 0x1f) return DerElement(static_cast<std::uint8_t>(0xa0 | tag), element);
  Bytes number = {static_cast<std::uint8_t>(tag & 0x7f)};
  for (int rest = tag >> 7; rest > 0; rest >>= 7) {
    number.insert(number.begin(), static_cast<std::uint8_t>(0x80 | (rest & 0x7f)));
  }
  return Concatenated({{0xbf}, number, LengthOf(element.size()), element});
}

}  // namespace enks::attestation::issuing
