#include "publish/bound_upload.h"

namespace enks::publish {

attestation::BoundUpload BoundUploadOf(const UploadRequest& upload) {
  attestation::BoundUpload bound;
  const bool is_v1alpha1 = upload.api == Api::kV1Alpha1;
  (is_v1alpha1 ? bound.app_package_name : bound.health_authority_id) = upload.health_authority_id;
  bound.regions = upload.regions;
  for (const exposure::SubmittedKey& key : upload.keys) {
    bound.keys.push_back(
        {key.key_base64, key.rolling_start, key.rolling_period, key.transmission_risk});
  }
  bound.verification_payload = upload.verification_payload;
  bound.hmac_key = upload.hmac_key;
  bound.symptom_onset = upload.symptom_onset;
  // v1alpha1 has no such member: the server makes it up from the regions.
  bound.traveler = !is_v1alpha1 && upload.traveler;
  bound.revision_token = upload.revision_token;
  if (upload.attestation) bound.challenge = upload.attestation->challenge;
  return bound;
}

}  // namespace enks::publish
