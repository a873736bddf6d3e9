#pragma once

#include "cli/command.h"
#include "cli/context.h"

namespace enks::cli {

// Adds `enks authority sync`, which reads JWKS documents once and says what it did. `context`
// outlives `group`.
void AddAuthoritySync(Command group, Context& context);

}  // namespace enks::cli
