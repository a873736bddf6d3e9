#include "crypto/der.h"

#include <openssl/asn1.h>

#include "crypto/openssl.h"

namespace enks::crypto {
namespace {

// How ASN1_get_object() reports: bits of its result.
constexpr int kBroken = 0x80;
constexpr int kIndefinite = 0x01;

Status Broken(const char* what) {
  return absl::InvalidArgumentError(what);
}

}  // namespace

struct DerReader::Element {
  int tag = 0;
  int tag_class = 0;
  bool is_constructed = false;
  ByteView content;
};

Result<DerReader::Element> DerReader::Next() {
  const ErrorQueueCleaner cleaner;
  if (left_.empty()) return Broken("DER: an element is missing");
  const unsigned char* at = left_.data();
  long size = 0;
  Element element;
  const int flags = ASN1_get_object(&at, &size, &element.tag, &element.tag_class,
                                    static_cast<long>(left_.size()));
  if ((flags & kBroken) != 0) return Broken("DER: not an element");
  if ((flags & kIndefinite) != 0) return Broken("DER: an indefinite length");
  element.is_constructed = (flags & V_ASN1_CONSTRUCTED) != 0;
  const auto header = static_cast<std::size_t>(at - left_.data());
  element.content = left_.subspan(header, static_cast<std::size_t>(size));
  left_ = left_.subspan(header + element.content.size());
  return element;
}

Result<ByteView> DerReader::Take(int tag, bool is_constructed) {
  ENKS_ASSIGN(const Element element, Next());
  if (element.tag_class != V_ASN1_UNIVERSAL || element.tag != tag ||
      element.is_constructed != is_constructed) {
    return Broken("DER: an element of another type");
  }
  return element.content;
}

Result<DerReader> DerReader::Sequence() {
  ENKS_ASSIGN(const ByteView content, Take(V_ASN1_SEQUENCE, true));
  return DerReader(content);
}

Result<DerReader> DerReader::Set() {
  ENKS_ASSIGN(const ByteView content, Take(V_ASN1_SET, true));
  return DerReader(content);
}

// X.690 section 8.3: two's complement, big-endian; the first nine bits are neither all 0 nor all 1.
Result<std::int64_t> DerReader::TakeNumber(int tag) {
  ENKS_ASSIGN(const ByteView content, Take(tag, false));
  if (content.empty() || content.size() > sizeof(std::int64_t)) {
    return Broken("DER: a number of no byte or more than 8");
  }
  const bool is_negative = (content[0] & 0x80) != 0;
  if (content.size() > 1 && content[0] == (is_negative ? 0xff : 0x00) &&
      ((content[1] & 0x80) != 0) == is_negative) {
    return Broken("DER: a number longer than need be");
  }
  std::uint64_t number = is_negative ? ~std::uint64_t{0} : 0;
  for (const std::uint8_t byte : content) number = number << 8 | byte;
  return static_cast<std::int64_t>(number);
}

Result<std::int64_t> DerReader::Integer() {
  return TakeNumber(V_ASN1_INTEGER);
}

Result<std::int64_t> DerReader::Enumerated() {
  return TakeNumber(V_ASN1_ENUMERATED);
}

Result<bool> DerReader::Boolean() {
  ENKS_ASSIGN(const ByteView content, Take(V_ASN1_BOOLEAN, false));
  if (content.size() != 1) return Broken("DER: a BOOLEAN that is not one byte");
  return content[0] != 0;
}

Result<ByteView> DerReader::OctetString() {
  return Take(V_ASN1_OCTET_STRING, false);
}

Result<DerReader::Tagged> DerReader::ContextTagged() {
  ENKS_ASSIGN(const Element element, Next());
  if (element.tag_class != V_ASN1_CONTEXT_SPECIFIC || !element.is_constructed) {
    return Broken("DER: not an explicitly tagged element");
  }
  return Tagged{element.tag, DerReader(element.content)};
}

Status DerReader::End() const {
  return AtEnd() ? absl::OkStatus() : Broken("DER: more than belongs here");
}

}  // namespace enks::crypto
