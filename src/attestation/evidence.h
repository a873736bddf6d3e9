#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "attestation/scheme.h"

namespace enks::attestation {

// The longest token and chain that are decoded. The request as a whole is at most 64,000 bytes.
inline constexpr std::size_t kTokenCharactersMax = 32'000;
inline constexpr std::size_t kChainCertificatesMax = 10;
inline constexpr std::size_t kChainCertificateBytesMax = 4096;

// The attestation of one upload as the phone sent it: text, nothing decoded, nothing checked.
struct Evidence {
  Scheme scheme = Scheme::kSafetyNet;
  std::string token;               // JWS, JWE, or base64 of a device token or attestation object
  std::string key_id;              // app-attest: base64 of 32 bytes
  std::string assertion;           // app-attest: base64, only where assertions are on
  std::vector<std::string> chain;  // android-key-attestation: base64 DER, leaf first
  std::string signature;           // android-key-attestation: base64 DER over the bound message
  std::string challenge;           // base64 of a challenge this server gave out; empty: none
};

}  // namespace enks::attestation
