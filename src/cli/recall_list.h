#pragma once

#include "cli/context.h"

namespace enks::cli {

// Prints who recalled what, when and why, the newest first.
void PrintRecalls(const Context& context, store::ReadOnlyStore& store);

}  // namespace enks::cli
