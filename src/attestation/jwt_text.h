#pragma once

#include <string>
#include <string_view>

#include "base/base64.h"
#include "base/bytes.h"

// Signed tokens that we make to say who we are (RFC 7515 section 3.1, compact form).
namespace enks::attestation {

// What is signed: header and claims, each a JSON text.
inline std::string JwtSigningInput(std::string_view header, std::string_view claims) {
  return base::ToBase64Url(base::AsBytes(header)) + "." + base::ToBase64Url(base::AsBytes(claims));
}

inline std::string SignedJwt(std::string signing_input, base::ByteView signature) {
  return std::move(signing_input) + "." + base::ToBase64Url(signature);
}

}  // namespace enks::attestation
