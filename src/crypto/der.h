#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace enks::crypto {

using base::Bytes;
using base::ByteView;

// Reads what certificates and receipts hold inside their extensions and contents: elements of ASN.1
// in DER (ITU-T X.690), one after the other. Each call takes the next element if it is of the kind
// asked for and otherwise fails with kInvalidArgument; a reader that failed once is not used again.
// Views point into the bytes given.
//
//   DerReader outer(bytes);
//   ENKS_ASSIGN(DerReader sequence, outer.Sequence());
//   ENKS_ASSIGN(const std::int64_t version, sequence.Integer());
//   ENKS_TRY(sequence.End());
//
// Framing is OpenSSL's. As in BER a length may be written longer than need be; an indefinite length
// is refused.
class DerReader {
 public:
  explicit DerReader(ByteView bytes) : left_(bytes) {}

  Result<DerReader> Sequence();
  Result<DerReader> Set();
  // A whole number that fits 64 bits, in its shortest form.
  Result<std::int64_t> Integer();
  Result<std::int64_t> Enumerated();
  // Any octet but 0 is true. DER demands ff, but phones were sold whose TRUE is 01
  // (spec/device-attestation.md section 9.2).
  Result<bool> Boolean();
  Result<ByteView> OctetString();

  // An element [tag] EXPLICIT: what is inside.
  struct Tagged;
  Result<Tagged> ContextTagged();

  bool AtEnd() const { return left_.empty(); }
  // Fails if anything is left.
  Status End() const;

 private:
  struct Element;
  Result<Element> Next();
  Result<ByteView> Take(int tag, bool is_constructed);
  Result<std::int64_t> TakeNumber(int tag);

  ByteView left_;
};

struct DerReader::Tagged {
  int tag = 0;
  DerReader content;
};

}  // namespace enks::crypto
