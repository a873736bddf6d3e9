#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attestation/scheme.h"
#include "base/bytes.h"
#include "crypto/digest.h"

// What ties an attestation to the one upload it was made for: docs/formats/attestation-binding.md.
namespace enks::attestation {

struct BoundKey {
  std::string key;  // base64 as sent
  std::int32_t rolling_start = 0;
  std::int32_t rolling_period = 0;
  std::int64_t transmission_risk = 0;
};

// All of an upload that the server acts on, as sent: members that were absent or null are zero or
// empty, names keep their case.
struct BoundUpload {
  std::string app_package_name;      // v1alpha1 only
  std::string health_authority_id;   // v1 only
  std::vector<std::string> regions;  // v1alpha1 only
  std::vector<BoundKey> keys;
  std::string verification_payload;
  std::string hmac_key;  // base64
  std::int32_t symptom_onset = 0;
  bool traveler = false;
  std::string revision_token;
  std::string challenge;  // base64
};

// The message M whose SHA-256 an attestation of the newer schemes carries. Nothing if a key is not
// 16 bytes, a number is negative or something is no base64: no attestation can be bound to that.
std::optional<base::Bytes> BoundMessage(Scheme scheme, const BoundUpload& upload);

// H = SHA-256(M).
std::optional<crypto::Sha256Digest> BindingOf(Scheme scheme, const BoundUpload& upload);

// The nonce of SafetyNet, as the reference's apps made it in May 2020 (generation 3): base64 text
// of 44 characters, which the app handed to SafetyNet as its ASCII bytes.
std::string LegacyNonce(const BoundUpload& upload);

}  // namespace enks::attestation
