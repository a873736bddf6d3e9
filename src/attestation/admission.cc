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
  admission.looks_like_success = is_v1alpha1 && policy.v1alpha1_refusals_look_like_success;
  return admission;
}

}  // namespace enks::attestation
