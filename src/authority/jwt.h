#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/ecdsa.h"
#include "json/read.h"

namespace enks::authority {

// Certificates are well below one kilobyte; anything longer than this is not looked at.
inline constexpr std::size_t kJwtBytesMax = 8 * 1024;

// The claims of a verification certificate (spec/verification-certificate.md section 1). A claim
// that is missing, or null, has its zero value.
struct CertificateClaims {
  std::string issuer;
  std::string audience;  // one string: a list of audiences is not read
  std::int64_t expires_at = 0;
  std::int64_t issued_at = 0;
  std::int64_t not_before = 0;
  std::string report_type;
  std::uint32_t symptom_onset = 0;
  std::string tek_mac;
  json::Skipped token_id;
  json::Skipped subject;
};

// A JWT as it was read. Nothing about it has been verified.
struct Jwt {
  std::string algorithm;                   // `alg`, one of those that RFC 7518 section 3.1 names
  bool names_key = false;                  // `kid` is there, of whatever type
  std::optional<std::string> key_version;  // `kid` if it is a string
  CertificateClaims claims;
  std::string_view signed_text;       // header and claims as sent, with the dot between them
  std::string_view signature_base64;  // not yet decoded
};

// Takes a certificate apart: three segments of unpadded base64url, the first two holding JSON.
// kInvalidArgument says what is wrong in words for the answer. The views of the result point into
// `text`. `typ` is not looked at, as in the reference. The header's members are exact in case, the
// claims' are not, and unknown ones of either are ignored.
Result<Jwt> ReadJwt(std::string_view text);

// Whether the signature is one of `key` over the header and claims (ES256, RFC 7518 section 3.4).
bool HasSignatureOf(const Jwt& jwt, const crypto::EcdsaPublicKey& key);

// The reverse of ReadJwt for any header and claims, given as JSON: signs with ES256 whatever the
// header says.
std::string SignJwt(std::string_view header, std::string_view claims,
                    const crypto::EcdsaPrivateKey& key);

}  // namespace enks::authority
