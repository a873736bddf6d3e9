#include "attestation/testing/jose_fuzzing.h"
#include "input.h"

namespace enks::fuzz {

// A SafetyNet token from a stranger, with whatever certificates it brings.
void Run(base::ByteView bytes) {
  attestation::testing::FuzzSafetyNetToken(base::AsText(bytes));
}

}  // namespace enks::fuzz
