#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attestation/checks.h"
#include "attestation/evidence.h"
#include "attestation/freshness.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/certificate.h"
#include "crypto/public_key.h"

// Apple App Attest: a key made by the phone's Secure Enclave, certified by Apple for one app
// (spec/device-attestation.md section 8).
namespace enks::attestation {

// What a health authority demands.
struct AppAttestPolicy {
  std::vector<std::string> app_ids;  // <team id>.<bundle id>
  bool allow_development = false;    // keys made by apps that come from Xcode
  // Without a receipt nothing says when an attestation was made, so that an old one is taken.
  bool require_receipt = true;
  FreshnessWindow window;
};

// Both sets of anchors; they outlive the call.
struct AppAttestAnchors {
  const crypto::ChainVerifier& attestation;  // Apple App Attestation Root CA
  const crypto::ChainVerifier& receipt;      // Apple Root CA - G3
};

// A key that was attested, and for which app.
struct AppAttestKey {
  crypto::PublicKey key;
  std::string app_id;
};

// Section 8.2, all but the replay check: whether `evidence` attests a key, now, to one of the
// policy's apps, for `client_data_hash` (the binding H of binding.h). Returns the key if
// checks.reason() is kNone in the end, for an authority that takes assertions.
std::optional<AppAttestKey> VerifyAppAttest(const Evidence& evidence,
                                            base::ByteView client_data_hash,
                                            const AppAttestPolicy& policy,
                                            const AppAttestAnchors& anchors, base::UnixTime now,
                                            Checks& checks);

}  // namespace enks::attestation
