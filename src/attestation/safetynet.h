#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "attestation/checks.h"
#include "attestation/freshness.h"
#include "crypto/certificate.h"
#include "crypto/digest.h"

// SafetyNet attestations (Android, until 2025): a JWS that Google signs as attest.android.com.
namespace enks::attestation {

// What an app's SafetyNet attestations must say. Packages and digests are never empty.
struct SafetyNetPolicy {
  std::vector<std::string> packages;
  std::vector<crypto::Sha256Digest> certificate_digests;  // of the app's signing certificates
  bool requires_basic_integrity = true;
  bool requires_cts_profile = true;
  bool requires_hardware_backed = false;
  FreshnessWindow window = {};
};

// Verifies `token`, which must end in one of `anchors` (made with ChainPurpose::kTlsServer).
// `nonce` is the bytes that the app gave to SafetyNet: the ASCII of LegacyNonce(). Whether the
// token was seen before is left to the caller.
void VerifySafetyNet(std::string_view token, std::string_view nonce, const SafetyNetPolicy& policy,
                     const crypto::ChainVerifier& anchors, base::UnixTime now, Checks& checks);

}  // namespace enks::attestation
