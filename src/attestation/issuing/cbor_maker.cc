#include "attestation/issuing/cbor_maker.h"

#include <cbor.h>

#include "base/check.h"

namespace enks::attestation::issuing {
namespace {

using base::Bytes;
using base::ByteView;

constexpr std::uint8_t kBreak = 0xff;

// A head written by libcbor, and what follows it.
template <auto kEncode>
Bytes Head(std::uint64_t number) {
  Bytes bytes(9);
  const std::size_t size = kEncode(number, bytes.data(), bytes.size());
  ENKS_CHECK(size > 0);
  bytes.resize(size);
  return bytes;
}

Bytes Followed(Bytes head, ByteView bytes) {
  head.insert(head.end(), bytes.begin(), bytes.end());
  return head;
}

Bytes Followed(Bytes head, std::initializer_list<Bytes> items) {
  for (const Bytes& item : items) head.insert(head.end(), item.begin(), item.end());
  return head;
}

Bytes UntilBreak(std::uint8_t head, std::initializer_list<Bytes> items) {
  Bytes bytes = Followed(Bytes{head}, items);
  bytes.push_back(kBreak);
  return bytes;
}

}  // namespace

Bytes CborInteger(std::int64_t number) {
  if (number >= 0) return Head<cbor_encode_uint>(static_cast<std::uint64_t>(number));
  return Head<cbor_encode_negint>(static_cast<std::uint64_t>(-1 - number));
}

Bytes CborBytes(ByteView bytes) {
  return Followed(Head<cbor_encode_bytestring_start>(bytes.size()), bytes);
}

Bytes CborText(std::string_view text) {
  return Followed(Head<cbor_encode_string_start>(text.size()), base::AsBytes(text));
}

Bytes CborArray(std::initializer_list<Bytes> elements) {
  return Followed(Head<cbor_encode_array_start>(elements.size()), elements);
}

Bytes CborMap(std::initializer_list<Bytes> keys_and_values) {
  return Followed(Head<cbor_encode_map_start>(keys_and_values.size() / 2), keys_and_values);
}

Bytes CborBytesInPieces(ByteView bytes) {
  const std::size_t half = bytes.size() / 2;
  return UntilBreak(0x5f, {CborBytes(bytes.first(half)), CborBytes(bytes.subspan(half))});
}

Bytes CborArrayUntilBreak(std::initializer_list<Bytes> elements) {
  return UntilBreak(0x9f, elements);
}

Bytes CborMapUntilBreak(std::initializer_list<Bytes> keys_and_values) {
  return UntilBreak(0xbf, keys_and_values);
}

}  // namespace enks::attestation::issuing
