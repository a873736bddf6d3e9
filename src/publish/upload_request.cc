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

// What both APIs send. Derived structs add the rest, each under its own names.
struct CommonMembers : UploadRequest {
  json::Skipped padding;
};

struct V1Members : CommonMembers {};

static auto JsonMembers(const V1Members*) {
  return std::array{
      json::Member<&V1Members::keys>("temporaryExposureKeys"),
      json::Member<&V1Members::health_authority_id>("healthAuthorityID"),
      json::Member<&V1Members::verification_payload>("verificationPayload"),
      json::Member<&V1Members::hmac_key>("hmacKey"),
      json::Member<&V1Members::symptom_onset>("symptomOnsetInterval"),
      json::Member<&V1Members::traveler>("traveler"),
      json::Member<&V1Members::revision_token>("revisionToken"),
      json::Member<&V1Members::padding>("padding"),
  };
}

struct V1Alpha1Members : CommonMembers {
  json::Skipped platform;
  json::Skipped device_verification_payload;
};

static auto JsonMembers(const V1Alpha1Members*) {
  return std::array{
      json::Member<&V1Alpha1Members::keys>("temporaryExposureKeys"),
      json::Member<&V1Alpha1Members::regions>("regions"),
      json::Member<&V1Alpha1Members::health_authority_id>("appPackageName"),
      json::Member<&V1Alpha1Members::verification_payload>("verificationPayload"),
      json::Member<&V1Alpha1Members::hmac_key>("hmackey"),
      json::Member<&V1Alpha1Members::symptom_onset>("symptomOnsetInterval"),
      json::Member<&V1Alpha1Members::revision_token>("revisionToken"),
      json::Member<&V1Alpha1Members::padding>("padding"),
      json::Member<&V1Alpha1Members::platform>("platform"),
      json::Member<&V1Alpha1Members::device_verification_payload>("deviceVerificationPayload"),
  };
}

namespace {

using ReadOutcome = std::variant<UploadRequest, json::BodyFault>;

template <typename Members>
ReadOutcome ReadAs(const json::Body& body) {
  Members members;
  if (auto fault = json::ReadBody(body, members)) return *std::move(fault);
  return static_cast<UploadRequest&&>(std::move(members));
}

}  // namespace

ReadOutcome ReadUploadRequest(const json::Body& body, Api api) {
  if (api == Api::kV1) return ReadAs<V1Members>(body);
  ReadOutcome outcome = ReadAs<V1Alpha1Members>(body);
  if (auto* upload = std::get_if<UploadRequest>(&outcome)) {
    upload->traveler = upload->regions.size() > 1;
  }
  return outcome;
}

}  // namespace enks::publish
