#include <fmt/format.h>

#include <memory>

#include "attestation/policy.h"
#include "cli/attestation_commands.h"
#include "cli/attestation_words.h"
#include "cli/commands.h"

namespace enks::cli {
namespace {

void PrintKnobs(const Context& context) {
  for (const attestation::KnobDescription& knob : attestation::DescribeKnobs()) {
    fmt::print(context.out, "{}\n    {}\n    Allowed: {}. Default: {}.\n", knob.name, knob.help,
               knob.range, knob.initial);
  }
}

}  // namespace

void AddAttestationCommand(Command root, Context& context) {
  Command group = root.AddGroup(
      "attestation", "Device attestation: try out policies, look into tokens, compute bindings");
  group.Footer(
      "None of these needs an installation. Begin with\n"
      "  enks attestation example > attestation.toml\n"
      "  enks attestation check --policy attestation.toml\n"
      "docs/attestation.md explains the rest.");
  AddAttestationVerify(group, context);
  AddAttestationBind(group, context);
  AddAttestationCheck(group, context);

  auto markdown = std::make_shared<bool>(false);
  Command knobs = group.AddCommand("knobs", "List what a policy may say, with defaults");
  knobs.AddFlag("--markdown", *markdown, "Print the table of docs/attestation.md");
  knobs.Action([&context, markdown] {
    *markdown ? fmt::print(context.out, "{}", KnobTable()) : PrintKnobs(context);
  });

  Command example = group.AddCommand("example", "Print a policy file to start from");
  example.Action([&context] { fmt::print(context.out, "{}", kExamplePolicy); });
}

}  // namespace enks::cli
