#pragma once

#include <map>
#include <string>

#include "cli/context.h"

// What a subcommand may ask of the person before the terminal, and of the system about them.
namespace enks::cli {

// Asks `question` and returns whether the answer was `yes`. kFailedPrecondition, naming
// `instead`, if there is no terminal to ask at.
Result<bool> Confirm(const Context& context, const char* question, const char* instead);

// The name of the person who runs the program: of the user, or of the one who became root by sudo.
std::string OperatorName(const Context& context);

}  // namespace enks::cli
