#include "publish/upload_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "attestation/scheme.h"

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

// `deviceAttestation` as sent.
struct SentAttestation : attestation::Evidence {
  std::string scheme_id;
};

static auto JsonMembers(const SentAttestation*) {
  return std::array{
      json::Member<&SentAttestation::scheme_id>("scheme"),
      json::Member<&SentAttestation::token>("token"),
      json::Member<&SentAttestation::key_id>("keyId"),
      json::Member<&SentAttestation::assertion>("assertion"),
      json::Member<&SentAttestation::chain>("chain"),
      json::Member<&SentAttestation::signature>("signature"),
      json::Member<&SentAttestation::challenge>("challenge"),
  };
}

// What both APIs send. Derived structs add the rest, each under its own names.
struct CommonMembers : UploadRequest {
  json::Skipped padding;
};

struct V1Members : CommonMembers {
  std::optional<SentAttestation> sent_attestation;
};

static auto JsonMembers(const V1Members*) {
  return std::array{
      json::Member<&V1Members::keys>("temporaryExposureKeys"),
      json::Member<&V1Members::health_authority_id>("healthAuthorityID"),
      json::Member<&V1Members::verification_payload>("verificationPayload"),
      json::Member<&V1Members::hmac_key>("hmacKey"),
      json::Member<&V1Members::symptom_onset>("symptomOnsetInterval"),
      json::Member<&V1Members::traveler>("traveler"),
      json::Member<&V1Members::revision_token>("revisionToken"),
      json::Member<&V1Members::sent_attestation>("deviceAttestation"),
      json::Member<&V1Members::padding>("padding"),
  };
}

struct V1Alpha1Members : CommonMembers {
  std::string device_platform;
  std::string device_verification_payload;
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
      json::Member<&V1Alpha1Members::device_platform>("platform"),
      json::Member<&V1Alpha1Members::device_verification_payload>("deviceVerificationPayload"),
  };
}

namespace {

using ReadOutcome = std::variant<UploadRequest, json::BodyFault>;

// False if the scheme is none that we know.
bool TakeAttestation(V1Members& members) {
  if (!members.sent_attestation) return true;
  const auto scheme = attestation::ParseScheme(members.sent_attestation->scheme_id);
  if (!scheme) return false;
  members.attestation = static_cast<attestation::Evidence&&>(*members.sent_attestation);
  members.attestation->scheme = *scheme;
  return true;
}

// What the reference's members of May 2020 mean, without their checks: only a gate that is on looks
// at them, and the reference has ignored them ever since. A SafetyNet token has three parts, one of
// Play Integrity five.
bool TakeAttestation(V1Alpha1Members& members) {
  constexpr std::ptrdiff_t kDotsOfJwe = 4;
  std::string& payload = members.device_verification_payload;
  if (payload.empty()) return true;
  attestation::Evidence evidence;
  if (json::EqualFolded("ios", members.device_platform)) {
    evidence.scheme = attestation::Scheme::kDeviceCheck;
  } else if (!json::EqualFolded("android", members.device_platform)) {
    return true;
  } else if (std::ranges::count(payload, '.') == kDotsOfJwe) {
    evidence.scheme = attestation::Scheme::kPlayIntegrity;
  }
  evidence.token = std::move(payload);
  members.attestation = std::move(evidence);
  return true;
}

template <typename Members>
ReadOutcome ReadAs(const json::Body& body) {
  Members members;
  if (auto fault = json::ReadBody(body, members)) return *std::move(fault);
  if (!TakeAttestation(members)) {
    return json::BodyFault{json::BodyFaultKind::kJson,
                           "deviceAttestation has a scheme that is not known here"};
  }
  return static_cast<UploadRequest&&>(std::move(members));
}

}  // namespace

ReadOutcome ReadUploadRequest(const json::Body& body, Api api) {
  if (api == Api::kV1) return ReadAs<V1Members>(body);
  ReadOutcome outcome = ReadAs<V1Alpha1Members>(body);
  if (auto* upload = std::get_if<UploadRequest>(&outcome)) {
    upload->api = api;
    upload->traveler = upload->regions.size() > 1;
  }
  return outcome;
}

}  // namespace enks::publish
