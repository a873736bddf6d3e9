#include "attestation/admission.h"

namespace enks::attestation {

bool IsEnforced(const Policy& policy, const std::optional<Evidence>& evidence) {
  if (policy.mode != Mode::kEnforce || policy.required_platforms.empty()) return false;
  return !evidence || policy.required_platforms.contains(PlatformOf(evidence->scheme));
}

Admission Judge(const Policy& policy, bool is_v1alpha1, Reason reason) {
  Admission admission;
  admission.reason = reason;
  admission.admitted =
      reason == Reason::kNone ||
      (reason == Reason::kUnavailable && policy.when_unavailable == WhenUnavailable::kAllow);
  // Of what nobody could say the phone must hear, or the upload would be lost.
  const bool is_final = reason != Reason::kUnavailable && reason != Reason::kConfigError;
  admission.looks_like_success =
      !admission.admitted && is_final && is_v1alpha1 && policy.v1alpha1_refusals_look_like_success;
  return admission;
}

}  // namespace enks::attestation
