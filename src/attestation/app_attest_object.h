#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/certificate.h"
#include "crypto/digest.h"

// What an iPhone sends for App Attest, read but not verified (spec/device-attestation.md sections
// 8.1 and 8.4).
namespace enks::attestation {

inline constexpr std::uint8_t kAttestedDataFlag = 0x40;
using AppAttestEnvironment = std::array<std::uint8_t, 16>;  // the aaguid

// What stands in front of every authenticatorData: 37 bytes.
struct AuthenticatorHead {
  crypto::Sha256Digest app_id_hash{};
  std::uint8_t flags = 0;
  std::uint32_t counter = 0;
};

struct AppAttestObject {
  std::vector<crypto::Certificate> chain;  // two or three, leaf first
  base::Bytes receipt;                     // empty: none came along
  base::Bytes authenticator_data;          // as it was hashed
  AuthenticatorHead head;
  AppAttestEnvironment environment{};
  crypto::Sha256Digest credential_id{};
  base::Bytes point;  // 04 || x || y of the COSE key
};

struct AppAttestAssertionObject {
  base::Bytes signature;
  base::Bytes authenticator_data;
  AuthenticatorHead head;
};

// kInvalidArgument says what is wrong with the form. Members of the maps that are not known are
// passed over.
Result<AppAttestObject> ReadAppAttestObject(base::ByteView cbor);
Result<AppAttestAssertionObject> ReadAppAttestAssertion(base::ByteView cbor);

// The nonce that Apple signs, in the leaf's extension 1.2.840.113635.100.8.2.
Result<crypto::Sha256Digest> NonceOf(const crypto::Certificate& leaf);

}  // namespace enks::attestation
