#include "authority/fuzzing.h"
#include "input.h"

namespace enks::fuzz {

void Run(base::ByteView bytes) {
  authority::FuzzCertificate(base::AsText(bytes));
}

}  // namespace enks::fuzz
