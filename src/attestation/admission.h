#pragma once

#include "attestation/gate.h"
#include "attestation/policy.h"

// What a policy makes of what was found.
namespace enks::attestation {

// Whether an upload is refused when its attestation fails. Without evidence nobody can say which
// platform it is.
bool IsEnforced(const Policy& policy, const std::optional<Evidence>& evidence);

// What becomes of an upload under a policy that is enforced.
Admission Judge(const Policy& policy, bool is_v1alpha1, Reason reason);

}  // namespace enks::attestation
