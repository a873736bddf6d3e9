#include "publish/upload_answer.h"

#include <string>

#include "base/check.h"
#include "json/writer.h"

namespace enks::publish {
namespace {

// After an overload or outage: long enough to let the server recover, short enough for a person who
// waits for the app to say "thank you".
constexpr std::string_view kRetryAfterSeconds = "30";

// What one ending looks like. The error text is `text` followed by the receipt's detail.
struct Form {
  int status;
  std::string_view code;
  std::string_view text;
};

// The tables of sections 2 and 5. Endings that the reference tells differently are marked with
// their divergence.
Form FormOf(Ending ending) {
  switch (ending) {
    case Ending::kAccepted:
      return {200, "", ""};
    case Ending::kPartlyAccepted:
      return {200, "partial_failure", ""};
    case Ending::kContentType:
      return {415, "bad_request", "error unmarshalling API call, code: 415: "};
    case Ending::kBodyUnreadable:
      return {400, "bad_request", "error unmarshalling API call, code: 400: "};
    case Ending::kBodyTooLarge:
      return {413, "bad_request", "error unmarshalling API call, code: 413: "};
    case Ending::kUnknownHealthAuthorityId:
      return {401, "unknown_health_authority_id", "unauthorized health authority: "};
    case Ending::kDirectoryUnavailable:  // P12: no internal text; 503, for it passes
      return {503, "unable_to_load_health_authority", "unable to load health authority"};
    case Ending::kNoRegions:
      return {500, "health_authority_missing_region_config",
              "no regions are configured for health authority: "};
    case Ending::kRegionNotAllowed:  // v1alpha1 only, which has no codes
      return {401, "", "unauthorized region: "};
    case Ending::kCertificateInvalid:
      return {401, "health_authority_verification_certificate_invalid",
              "unable to validate diagnosis verification: "};
    case Ending::kKeysInvalid:
      return {400, "bad_request", "unable to read request data: "};
    case Ending::kMissingRevisionToken:
      return {400, "missing_revision_token", "no revision token, but sent existing keys"};
    case Ending::kInvalidRevisionToken:
      return {400, "invalid_revision_token", "revision token is invalid"};
    case Ending::kKeyAlreadyRevised:
      return {400, "key_already_revised", "key was already revised"};
    case Ending::kInvalidReportTypeTransition:
      return {400, "invalid_report_type_transition", "report type may not change "};
    case Ending::kKeyChanged:  // P5
      return {400, "key_changed", "key was published with another start or period"};
    case Ending::kKeyNotLocal:  // P5
      return {400, "key_not_local", "key was not published here"};
    case Ending::kAttestationMissing:
      return {401, "device_attestation_required", "this health authority needs device attestation"};
    case Ending::kAttestationInvalid:  // one text for all reasons: nobody can probe the checks
      return {401, "device_attestation_invalid", "unable to validate device attestation"};
    case Ending::kAttestationUnavailable:
      return {503, "device_attestation_unavailable", "Service Unavailable"};
    case Ending::kAttestationMisconfigured:
      return {500, "internal_error", "Internal Server Error"};
    case Ending::kAttestationHidden:
      return {200, "", ""};
    case Ending::kStoreUnavailable:  // P4
      return {503, "internal_error", "Service Unavailable"};
    case Ending::kStoreFailed:  // P4
      return {500, "internal_error", "Internal Server Error"};
  }
  ENKS_CHECK(false);
}

void AppendWarnings(const std::vector<std::string>& warnings, json::Writer& writer) {
  if (warnings.empty()) return;
  writer.Name("warnings").BeginArray();
  for (const std::string& warning : warnings) writer.Text(warning);
  writer.EndArray();
}

// Members in the reference's order, each left out when it has nothing to say.
std::string MakeBody(const Receipt& receipt, const Form& form, const Padding& padding) {
  constexpr std::size_t kNamesBytes = 256;
  json::Writer writer;
  writer.Reserve(padding.text.size() + receipt.detail.size() + kNamesBytes);
  writer.BeginObject();
  if (!receipt.revision_token.empty()) writer.Name("revisionToken").Text(receipt.revision_token);
  if (receipt.inserted != 0) writer.Name("insertedExposures").Int(receipt.inserted);
  const std::string error = std::string(form.text) + receipt.detail;
  if (!error.empty()) writer.Name("error").Text(error);
  if (!form.code.empty()) writer.Name("code").Text(form.code);
  writer.Name("padding").Blanks(padding.blanks).Text(padding.text);
  AppendWarnings(receipt.warnings, writer);
  writer.EndObject();
  return std::move(writer).Take();
}

// v1alpha1 has no codes, and says also what is nothing.
std::string MakeAlphaBody(const Receipt& receipt, const Form& form, const Padding& padding) {
  json::Writer writer;
  writer.BeginObject();
  writer.Name("revisionToken").Text(receipt.revision_token);
  writer.Name("insertedExposures").Int(receipt.inserted);
  writer.Name("error").Text(std::string(form.text) + receipt.detail);
  writer.Name("padding").Blanks(padding.blanks).Text(padding.text);
  AppendWarnings(receipt.warnings, writer);
  writer.EndObject();
  return std::move(writer).Take();
}

}  // namespace

http::Response MakeAnswer(const Receipt& receipt, const Padding& padding, Api api) {
  const Form form = FormOf(receipt.ending);
  http::Response response;
  response.status = form.status;
  response.headers = {{"Content-Type", "application/json"},
                      {"X-Api-Version", api == Api::kV1 ? "v1" : "v1alpha"}};
  if (form.status == 503) response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  response.body =
      api == Api::kV1 ? MakeBody(receipt, form, padding) : MakeAlphaBody(receipt, form, padding);
  // The rest of a body that is too large will not be read.
  response.close = receipt.ending == Ending::kBodyTooLarge;
  return response;
}

http::Response MakeMaintenanceAnswer() {
  http::Response response;
  response.status = 429;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = R"({"error": "please try again later"})";
  return response;
}

}  // namespace enks::publish
