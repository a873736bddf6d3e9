#pragma once

#include "cli/command.h"
#include "cli/context.h"

// Each function adds a subcommand to the program. `context` outlives `root`.
namespace enks::cli {

void AddInitCommand(Command root, Context& context);
void AddServeCommand(Command root, Context& context);
void AddSettingsCommand(Command root, Context& context);
void AddKeyCommands(Command root, Context& context);  // keygen, keys
void AddAuthorityCommand(Command root, Context& context);
void AddAppCommand(Command root, Context& context);
void AddSignatureInfoCommand(Command root, Context& context);
void AddExportConfigCommand(Command root, Context& context);
void AddExportCommand(Command root, Context& context);  // inspect, verify
void AddExplainCommand(Command root, Context& context);
void AddRecallCommand(Command root, Context& context);
void AddMaintenanceCommand(Command root, Context& context);
void AddAttestationCommand(Command root, Context& context);
void AddPhoneCommand(Command root, Context& context);
void AddConformanceCommand(Command root, Context& context);

// The whole program. Returns its exit status: 0 done, 1 failed, 2 wrong usage, 3 undecided.
int RunProgram(int argc, char** argv, Context& context);

}  // namespace enks::cli
