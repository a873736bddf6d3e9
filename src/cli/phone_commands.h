#pragma once

#include "cli/context.h"

// The subcommands of `enks phone` that have files of their own. `context` outlives `group`.
namespace enks::cli {

void AddPhoneDemo(CLI::App& group, Context& context);
void AddPhoneByHand(CLI::App& group, Context& context);  // make-authority, upload, download

}  // namespace enks::cli
