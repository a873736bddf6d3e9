#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attestation/checks.h"
#include "attestation/evidence.h"
#include "attestation/freshness.h"
#include "attestation/key_description.h"
#include "attestation/revocation_list.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/digest.h"
#include "crypto/public_key.h"

// Android Key Attestation: a key made by the phone's secure hardware, with a chain of certificates
// that leads to a key of Google's (spec/device-attestation.md section 9). Works without asking
// anybody.
namespace enks::attestation {

// What a health authority demands.
struct KeyAttestationPolicy {
  std::vector<std::string> packages;
  // SHA-256 of the certificates that the app may be signed with.
  std::vector<crypto::Sha256Digest> certificate_digests;
  SecurityLevel level_min = SecurityLevel::kTrustedEnvironment;
  bool require_locked = true;
  bool require_verified_boot = true;
  std::optional<std::int32_t> patch_level_min;  // as YYYYMM
  std::chrono::seconds revocation_age_max{std::chrono::days(7)};
  bool suspended_is_revoked = true;
  // Whether the key must have signed the upload. A signature that is not required is not looked at.
  bool require_signature = false;
  // The time in the description is the phone's word, not the hardware's.
  FreshnessWindow window{std::chrono::minutes(10), std::chrono::minutes(5)};
};

// Whom to trust; it outlives the call.
struct KeyAttestationTrust {
  // Keys, not certificates: phones carry the root certificate they were shipped with, of which
  // there are several for one key.
  const std::vector<crypto::PublicKey>& anchors;
  const RevocationList* revocations;  // null: there is none
};

// The upload that was attested.
struct KeyAttestationBinding {
  base::ByteView message;    // M of binding.h
  base::ByteView challenge;  // H: SHA-256 of M
};

// Section 9.3, all but the replay check: whether `evidence` attests a key, now, to one of the
// policy's apps on a sound phone, for that upload.
//
// A missing or stale revocation list is told last, as kUnavailable, so that this reason means that
// nothing else was wrong: authorities may choose to take such uploads.
void VerifyKeyAttestation(const Evidence& evidence, const KeyAttestationBinding& binding,
                          const KeyAttestationPolicy& policy, const KeyAttestationTrust& trust,
                          base::UnixTime now, Checks& checks);

}  // namespace enks::attestation
