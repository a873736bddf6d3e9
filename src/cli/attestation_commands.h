#pragma once

#include "cli/command.h"
#include "cli/context.h"

// The commands of `enks attestation`. `context` outlives `group`.
namespace enks::cli {

void AddAttestationVerify(Command group, Context& context);
void AddAttestationBind(Command group, Context& context);
void AddAttestationCheck(Command group, Context& context);

// What `enks attestation example` prints: a policy file to start from.
extern const char* const kExamplePolicy;

}  // namespace enks::cli
