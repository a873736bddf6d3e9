#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

// Signed and encrypted tokens in compact form (RFC 7515 and RFC 7516 section 7.1), read strictly:
// what a genuine issuer never writes is refused. Nothing is verified or decrypted here. The words
// of a status never hold anything of the token.
namespace enks::attestation {

inline constexpr std::size_t kX5cCertificatesMax = 5;

// The protected header. Members that are not here are ignored, but for `crit` and `zip`, which make
// a token unreadable: they would change what the rest means.
struct JoseHeader {
  std::string algorithm;                        // `alg`
  std::string encryption;                       // `enc`, empty if there is none
  std::optional<std::vector<base::Bytes>> x5c;  // DER certificates, leaf first, if there are any
};

struct CompactJws {
  JoseHeader header;
  std::string payload;
  base::Bytes signature;
  std::string_view signed_text;  // header and payload as received, with the dot between them
};

struct CompactJwe {
  JoseHeader header;
  base::Bytes encrypted_key;
  base::Bytes sealed;               // IV, ciphertext and tag, as crypto::Aes256GcmOpen() takes them
  std::string_view protected_text;  // the header as received: what the tag covers, too
};

// The size of IV and tag of the only content encryption that we open (RFC 7518 section 5.3).
inline constexpr std::size_t kGcmIvBytes = 12;
inline constexpr std::size_t kGcmTagBytes = 16;

// kInvalidArgument says in words what is wrong. The views of the result point into `token`.
Result<CompactJws> ReadCompactJws(std::string_view token);
Result<CompactJwe> ReadCompactJwe(std::string_view token);

// How many parts a token has between its dots.
std::size_t CountParts(std::string_view token);

// RFC 7515 section 2: base64url without padding, nothing skipped, unused bits zero. So every
// sequence of bytes has one text, and no character of a token can be changed unnoticed.
std::optional<base::Bytes> FromStrictBase64Url(std::string_view text);
// RFC 4648 section 4 with its padding, as strictly; certificates in `x5c` are written so.
std::optional<base::Bytes> FromStrictBase64(std::string_view text);

}  // namespace enks::attestation
