#include <fmt/format.h>

#include "cli/commands.h"

namespace enks::cli {
namespace {

constexpr const char* kDescription =
    "enks, an Exposure Notification key server.\n\n"
    "It takes the temporary exposure keys of people with a verified diagnosis, and publishes "
    "signed\n"
    "files that other phones match against what they heard, without learning who was ill.\n\n"
    "Begin:\n"
    "  enks init --data /var/lib/enks --region US --key-id 310\n"
    "  enks authority add --data /var/lib/enks --issuer ... --audience ... --name ...\n"
    "  enks app add --data /var/lib/enks org.example.app --region US --authority 1\n"
    "  enks serve --data /var/lib/enks\n\n"
    "Try everything without a phone: enks phone simulate";

int Code(ExitStatus status) {
  return static_cast<int>(status);
}

// In the order in which the help lists them.
void AddCommands(Command root, Context& context) {
  AddInitCommand(root, context);
  AddServeCommand(root, context);
  AddSettingsCommand(root, context);
  AddKeyCommands(root, context);
  AddAuthorityCommand(root, context);
  AddAppCommand(root, context);
  AddSignatureInfoCommand(root, context);
  AddExportConfigCommand(root, context);
  AddExportCommand(root, context);
  AddExplainCommand(root, context);
  AddRecallCommand(root, context);
  AddMaintenanceCommand(root, context);
  AddAttestationCommand(root, context);
  AddPhoneCommand(root, context);
  AddConformanceCommand(root, context);
}

}  // namespace

int RunProgram(int argc, char** argv, Context& context) {
  CommandLine line("enks", kDescription, "enks 0.1.0");
  AddCommands(line.Root(), context);
  try {
    return line.Run(argc, argv) == Usage::kRight ? Code(ExitStatus::kDone)
                                                 : Code(ExitStatus::kWrongUsage);
  } catch (const Failure& failure) {
    fmt::print(context.err, "enks: {}\n", MessageOf(failure.status()));
    return Code(failure.exit());
  }
}

}  // namespace enks::cli
