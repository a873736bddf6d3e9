#include "authority/testing/fuzzing.h"
#include "input.h"

namespace enks::fuzz {

// A certificate from a stranger, and one whose issuer may say anything.
void Run(base::ByteView bytes) {
  authority::FuzzCertificate(base::AsText(bytes));
  authority::FuzzSignedClaims(base::AsText(bytes));
}

}  // namespace enks::fuzz
