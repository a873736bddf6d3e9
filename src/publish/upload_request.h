#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "attestation/evidence.h"
#include "exposure/rules.h"
#include "exposure/statistics.h"
#include "json/body.h"

// The requests of /v1/publish and of v1alpha1 at `/`: spec/publish.md sections 2 and 11.
namespace enks::publish {

enum class Api { kV1, kV1Alpha1 };

// One upload as sent: nothing has been checked but the JSON.
struct UploadRequest {
  Api api = Api::kV1;
  std::vector<exposure::SubmittedKey> keys;
  std::string health_authority_id;
  std::string verification_payload;  // JWT
  std::string hmac_key;              // base64
  std::int32_t symptom_onset = 0;    // interval number
  bool traveler = false;
  std::string revision_token;  // base64
  // As sent; v1alpha1 only. Empty: the app's.
  std::vector<std::string> regions;
  // `deviceAttestation` of v1; of v1alpha1 what `platform` and `deviceVerificationPayload` make up.
  std::optional<attestation::Evidence> attestation;
  // Not from the body: what sent it.
  exposure::Platform platform = exposure::Platform::kUnknown;
};

// Reads an upload. The bytes are not needed afterwards.
std::variant<UploadRequest, json::BodyFault> ReadUploadRequest(const json::Body& body,
                                                               Api api = Api::kV1);

}  // namespace enks::publish
