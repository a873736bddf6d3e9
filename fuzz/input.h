#pragma once

#include "base/bytes.h"

namespace enks::fuzz {

// One input. Each target defines this; whatever it holds, the process must not end. A broken
// promise of the code under test ends it through ENKS_CHECK, anything worse through a sanitizer.
void Run(base::ByteView bytes);

}  // namespace enks::fuzz
