#pragma once

#include "cli/command.h"
#include "cli/context.h"

// The subcommands of `enks phone` that have files of their own. `context` outlives `group`.
namespace enks::cli {

void AddPhoneDemo(Command group, Context& context);
void AddPhoneByHand(Command group, Context& context);  // make-authority, upload, download

}  // namespace enks::cli
