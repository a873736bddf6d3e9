#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.h"
#include "base/check.h"
#include "crypto/ecdsa.h"

namespace enks::jwks::testing {

// The public key number `number`, the same throughout a process.
inline const std::string& Pem(std::size_t number) {
  static const auto pems = [] {
    std::array<std::string, 6> made;
    for (std::string& pem : made) pem = crypto::EcdsaPrivateKey::Generate().PublicKey().ToPem();
    return made;
  }();
  return pems.at(number);
}

// A public key as a health authority publishes it.
inline std::string Jwk(std::string_view kid, const std::string& pem) {
  constexpr std::size_t kCoordinateSize = 32;
  const std::size_t begin = pem.find('\n');
  const auto der = base::FromAnyBase64(pem.substr(begin, pem.find("\n-----END") - begin));
  ENKS_CHECK(der && der->size() > 2 * kCoordinateSize);
  // A SubjectPublicKeyInfo ends in the point's coordinates.
  const base::ByteView point = base::ByteView(*der).last(2 * kCoordinateSize);
  return fmt::format(R"({{"kty":"EC","crv":"P-256","kid":"{}","x":"{}","y":"{}"}})", kid,
                     base::ToBase64Url(point.first(kCoordinateSize)),
                     base::ToBase64Url(point.last(kCoordinateSize)));
}

// A document of such keys.
inline std::string Document(const std::vector<std::string>& jwks) {
  return fmt::format(R"({{"keys":[{}]}})", fmt::join(jwks, ","));
}

}  // namespace enks::jwks::testing
