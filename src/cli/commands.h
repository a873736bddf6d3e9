#pragma once

#include "cli/context.h"

// Each function adds a subcommand to the program. `context` outlives `root`.
namespace enks::cli {

void AddInitCommand(CLI::App& root, Context& context);
void AddServeCommand(CLI::App& root, Context& context);
void AddSettingsCommand(CLI::App& root, Context& context);
void AddKeyCommands(CLI::App& root, Context& context);  // keygen, keys
void AddAuthorityCommand(CLI::App& root, Context& context);
void AddAppCommand(CLI::App& root, Context& context);
void AddSignatureInfoCommand(CLI::App& root, Context& context);
void AddExportConfigCommand(CLI::App& root, Context& context);
void AddExportCommand(CLI::App& root, Context& context);  // inspect, verify
void AddExplainCommand(CLI::App& root, Context& context);
void AddPhoneCommand(CLI::App& root, Context& context);

// The whole program. Returns its exit status: 0 done, 1 failed, 2 wrong usage.
int RunProgram(int argc, char** argv, Context& context);

}  // namespace enks::cli
