#include "publish/admission_ending.h"

namespace enks::publish {

Ending EndingOf(const attestation::Admission& admission) {
  switch (admission.reason) {
    case attestation::Reason::kUnavailable:
      return Ending::kAttestationUnavailable;
    case attestation::Reason::kConfigError:
      return Ending::kAttestationMisconfigured;
    default:
      break;
  }
  if (admission.looks_like_success) return Ending::kAttestationHidden;
  return admission.reason == attestation::Reason::kMissing ? Ending::kAttestationMissing
                                                           : Ending::kAttestationInvalid;
}

}  // namespace enks::publish
