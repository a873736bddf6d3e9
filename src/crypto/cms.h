#pragma once

#include <cstddef>
#include <vector>

#include "crypto/certificate.h"

namespace enks::crypto {

inline constexpr std::size_t kCmsCertificatesMax = 10;

// A CMS SignedData (RFC 5652) with its content inside and one signer, whose certificate came along.
// That says nothing of the certificate: verify it with a ChainVerifier, of which `certificates` are
// the untrusted ones.
struct SignedContent {
  Bytes content;
  Certificate signer;
  std::vector<Certificate> certificates;  // all that came along, the signer's included
  // Whether the signature is the signer's over the content, with SHA-256.
  bool is_signature_valid = false;
};

// Reads it from BER, as Apple writes it: indefinite lengths and strings in pieces are taken.
// kInvalidArgument if it is none, something follows it, or there is not exactly one signer with a
// certificate whose key PublicKey takes.
Result<SignedContent> ReadSignedContent(ByteView ber);

}  // namespace enks::crypto
