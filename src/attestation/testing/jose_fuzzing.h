#pragma once

#include <string_view>

namespace enks::attestation::testing {

// Any text as a SafetyNet token, and as the payload of one that is signed by the right key. Ends
// the process if a promise of the readers or the verifier is broken.
void FuzzSafetyNetToken(std::string_view text);

// The same for Play Integrity: as a token, as what is inside one, and as a verdict.
void FuzzPlayIntegrityToken(std::string_view text);

}  // namespace enks::attestation::testing
