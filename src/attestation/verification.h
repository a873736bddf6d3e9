#pragma once

#include <cstdint>
#include <optional>

#include "attestation/binding.h"
#include "attestation/checks.h"
#include "attestation/evidence.h"
#include "attestation/trust.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/digest.h"

namespace enks::attestation {

// Who has to be asked before the verdict is complete.
enum class NextStep : std::uint8_t {
  kNone,       // all is said
  kAskApple,   // a device token in order, which only Apple can read
  kAskGoogle,  // a Play Integrity token that is for none of our keys
};

// What can be told of an attestation without asking anybody and without the memory of tokens. Pure.
struct Verification {
  NextStep next = NextStep::kNone;
  std::optional<crypto::Sha256Digest> binding;  // H; nothing: the upload cannot be bound to
  std::optional<AppAttestKey> attested_key;     // App Attest, in order
};

// What an attestation must carry of that which it was made for.
struct ExpectedBinding {
  base::Bytes carried;  // H; of SafetyNet the ASCII of its nonce; DeviceCheck carries nothing
  base::Bytes message;  // M, for a signature over it
};

// Nothing: the upload cannot be bound to.
std::optional<ExpectedBinding> ExpectedBindingOf(Scheme scheme, const BoundUpload& upload);

// Whether the policy takes the scheme, the sizes, and the scheme's own procedure.
Verification VerifyOffline(const Evidence& evidence, const BoundUpload& upload,
                           const LoadedPolicy& policy, const Trust& trust, base::UnixTime now,
                           Checks& checks);

// The same for people who look into an attestation that was made for something else than an upload.
// There is no H.
Verification VerifyAgainst(const ExpectedBinding& expected, const Evidence& evidence,
                           const LoadedPolicy& policy, const Trust& trust, base::UnixTime now,
                           Checks& checks);

}  // namespace enks::attestation
