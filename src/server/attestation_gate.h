#pragma once

#include <memory>

#include "attestation/policy_gate.h"
#include "base/log.h"
#include "base/result.h"
#include "metrics/metrics.h"
#include "server/server.h"
#include "server/settings.h"
#include "store/store.h"

namespace enks::server {

// The gate of a process that takes uploads; null if no policy file is set. A failure names the
// setting: a server that would wave uploads through must not start. All outlives the gate.
Result<std::unique_ptr<attestation::PolicyGate>> OpenGate(const Settings& settings,
                                                          const Environment& environment,
                                                          store::Store& store,
                                                          metrics::Metrics& metrics);

// What cannot be read anew leaves the rules as they are, and the operator has to hear of it again
// and again.
Status RefreshGate(attestation::PolicyGate& gate, base::Log& log);

}  // namespace enks::server
