#include "publish/upload_request.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "json/document.h"

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

namespace {

// The media type in any case (RFC 9110 section 8.3.1: types are compared ignoring case), followed
// by anything: the reference looks at these bytes only, and what follows them is harmless, because
// no browser sends such a type across sites unasked (divergence P23).
bool IsJson(std::string_view content_type) {
  constexpr std::string_view kType = "application/json";
  const auto same = [](char a, char b) { return (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b) == a; };
  return content_type.size() >= kType.size() &&
         std::equal(kType.begin(), kType.end(), content_type.begin(), same);
}

// A member's name as Go's %q shows it: in quotes, with quotes, backslashes and ASCII control
// characters escaped. Other characters stay as they are, the unprintable ones beyond ASCII, too.
std::string Quoted(std::string_view name) {
  constexpr std::string_view kControls = "\a\b\t\n\v\f\r";
  constexpr std::string_view kLetters = "abtnvfr";
  std::string quoted = "\"";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (const std::size_t at = kControls.find(c); at != std::string_view::npos) {
      quoted += {'\\', kLetters[at]};
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

BodyFault JsonFault(std::string detail) {
  return {BodyFaultKind::kJson, std::move(detail)};
}

BodyFault TooLarge() {
  return {BodyFaultKind::kTooLarge, "http: request body too large"};
}

// Why the bytes hold no whole JSON value. Only a value that the limit cut off makes a body too
// large: white space after a whole one may go on as it likes.
BodyFault ParseFault(const json::Document& document, bool too_large) {
  switch (document.outcome()) {
    case json::ParseOutcome::kSyntax:
      return JsonFault(fmt::format("malformed json at position {}", document.position()));
    case json::ParseOutcome::kEmpty:
      return too_large ? TooLarge() : JsonFault("body must not be empty");
    case json::ParseOutcome::kEnded:
    case json::ParseOutcome::kOk:
      break;
  }
  return too_large ? TooLarge() : JsonFault("malformed json");
}

BodyFault ReadFault(const json::ReadResult& result) {
  if (result.outcome == json::ReadOutcome::kUnknownMember) {
    return JsonFault("unknown field " + Quoted(result.field));
  }
  return JsonFault(
      fmt::format("invalid value {} at position {}", Quoted(result.field), result.position));
}

}  // namespace

std::variant<UploadRequest, BodyFault> ReadUploadRequest(const UploadBody& body) {
  if (!IsJson(body.content_type)) {
    return BodyFault{BodyFaultKind::kContentType, "content-type is not application/json"};
  }
  const json::Document document(body.bytes);
  if (document.outcome() != json::ParseOutcome::kOk) return ParseFault(document, body.too_large);
  std::variant<UploadRequest, BodyFault> request;
  const json::ReadResult result =
      json::Read(document.Root(), json::UnknownMembers::kRefuse, std::get<UploadRequest>(request));
  if (!result.ok()) return ReadFault(result);
  if (document.HasMore()) return JsonFault("body must contain only one JSON object");
  return request;
}

}  // namespace enks::publish
