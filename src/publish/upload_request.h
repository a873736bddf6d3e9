#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "exposure/rules.h"
#include "exposure/statistics.h"
#include "json/body.h"

// The request of /v1/publish: spec/publish.md section 2.
namespace enks::publish {

// One upload as sent: nothing has been checked but the JSON.
struct UploadRequest {
  std::vector<exposure::SubmittedKey> keys;
  std::string health_authority_id;
  std::string verification_payload;  // JWT
  std::string hmac_key;              // base64
  std::int32_t symptom_onset = 0;    // interval number
  bool traveler = false;
  std::string revision_token;  // base64
  json::Skipped padding;
  // Not from the body: what sent it.
  exposure::Platform platform = exposure::Platform::kUnknown;
};

// Reads an upload. The bytes are not needed afterwards.
std::variant<UploadRequest, json::BodyFault> ReadUploadRequest(const json::Body& body);

}  // namespace enks::publish
