#include "server/attestation_gate.h"

#include <fmt/format.h>

namespace enks::server {

Result<std::unique_ptr<attestation::PolicyGate>> OpenGate(const Settings& settings,
                                                          const Environment& environment,
                                                          store::Store& store,
                                                          metrics::Metrics& metrics) {
  if (!settings.Has(Role::kPublish) || settings.attestation_policy_file.empty()) return nullptr;
  attestation::GateOptions options;
  options.policy_file = settings.Resolve(settings.attestation_policy_file);
  auto gate = attestation::PolicyGate::Open(options, {store, environment.clock, environment.random,
                                                      environment.files, environment.log, metrics});
  if (gate.ok()) return gate;
  return Status(gate.status().code(),
                fmt::format("attestation.policy_file: {}", MessageOf(gate.status())));
}

Status RefreshGate(attestation::PolicyGate& gate, base::Log& log) {
  Status refreshed = gate.Refresh();
  if (!refreshed.ok()) {
    log.Error("attestation policies could not be read anew; the old ones stay in use",
              {{"reason", MessageOf(refreshed)}});
  }
  return refreshed;
}

}  // namespace enks::server
