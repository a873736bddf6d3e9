#include "attestation/testing/jose_fuzzing.h"
#include "input.h"

namespace enks::fuzz {

// A Play Integrity token from a stranger, and what a token could hold.
void Run(base::ByteView bytes) {
  attestation::testing::FuzzPlayIntegrityToken(base::AsText(bytes));
}

}  // namespace enks::fuzz
