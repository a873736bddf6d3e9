#include "publish/upload_request.h"

#include <array>
#include <utility>

// exposure/ knows no JSON, so its key is described here; argument-dependent lookup finds the
// description only in the namespace of the struct.
namespace enks::exposure {

static auto JsonMembers(const SubmittedKey*) {
  return std::array{
      json::Member<&SubmittedKey::key_base64>("key"),
      json::Member<&SubmittedKey::rolling_start>("rollingStartNumber"),
      json::Member<&SubmittedKey::rolling_period>("rollingPeriod"),
      json::Member<&SubmittedKey::transmission_risk>("transmissionRisk"),
  };
}

}  // namespace enks::exposure

namespace enks::publish {

static auto JsonMembers(const UploadRequest*) {
  return std::array{
      json::Member<&UploadRequest::keys>("temporaryExposureKeys"),
      json::Member<&UploadRequest::health_authority_id>("healthAuthorityID"),
      json::Member<&UploadRequest::verification_payload>("verificationPayload"),
      json::Member<&UploadRequest::hmac_key>("hmacKey"),
      json::Member<&UploadRequest::symptom_onset>("symptomOnsetInterval"),
      json::Member<&UploadRequest::traveler>("traveler"),
      json::Member<&UploadRequest::revision_token>("revisionToken"),
      json::Member<&UploadRequest::padding>("padding"),
  };
}

std::variant<UploadRequest, json::BodyFault> ReadUploadRequest(const json::Body& body) {
  std::variant<UploadRequest, json::BodyFault> request;
  if (auto fault = json::ReadBody(body, std::get<UploadRequest>(request))) {
    request = *std::move(fault);
  }
  return request;
}

}  // namespace enks::publish
