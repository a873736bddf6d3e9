#include "attestation/reason.h"

#include <array>

namespace enks::attestation {

std::string_view ReasonName(Reason reason) {
  static constexpr std::array<std::string_view, kReasonCount> kNames = {
      "accepted",
      "missing",
      "scheme_not_allowed",
      "malformed",
      "chain_invalid",
      "revoked",
      "signature_invalid",
      "binding_mismatch",
      "stale",
      "future",
      "app_mismatch",
      "verdict_insufficient",
      "replayed",
      "upstream_rejected",
      "unavailable",
      "config_error",
  };
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace enks::attestation
