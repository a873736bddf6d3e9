#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "exposure/rules.h"
#include "json/read.h"

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
};

// A body as the server read it.
struct UploadBody {
  std::string_view content_type;
  std::string_view bytes;
  bool too_large = false;  // there was more than `bytes`
};

enum class BodyFaultKind : std::uint8_t { kContentType, kJson, kTooLarge };

// Why a body is no upload; `detail` is the reference's text.
struct BodyFault {
  BodyFaultKind kind = BodyFaultKind::kJson;
  std::string detail;
};

// Reads an upload. The bytes are not needed afterwards.
std::variant<UploadRequest, BodyFault> ReadUploadRequest(const UploadBody& body);

}  // namespace enks::publish
