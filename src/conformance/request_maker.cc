#include "conformance/request_maker.h"

#include <algorithm>
#include <iterator>

#include "base/base64.h"
#include "conformance/json_access.h"
#include "conformance/token_maker.h"
#include "conformance/upload_maker.h"
#include "json/read.h"

namespace enks::conformance {
namespace {

using json::Value;

// Asked of a token for statistics, whatever the authority's own (spec/verification-certificate.md
// section 5).
constexpr const char* kStatsAudience = "keyserver";

std::string TextOr(Value value, std::string_view otherwise) {
  return IsText(value) ? value.Text() : std::string(otherwise);
}

void SetHeader(http::Headers& headers, const std::string& name, std::string value) {
  std::erase_if(headers, [&](const auto& header) { return json::EqualFolded(name, header.first); });
  headers.emplace_back(name, std::move(value));
}

// JSON is the content type unless the case says another; null sends none.
Status AddHeaders(Value description, Story& story, http::Headers& headers) {
  SetHeader(headers, "Content-Type", "application/json");
  return ForEachMember(description, [&](const std::string& name, Value value) -> Status {
    if (value.IsNull()) {
      std::erase_if(headers,
                    [&](const auto& header) { return json::EqualFolded(name, header.first); });
      return absl::OkStatus();
    }
    ENKS_ASSIGN(std::string text, ResolveText(value, story));
    SetHeader(headers, name, std::move(text));
    return absl::OkStatus();
  });
}

Status AddBearer(Value description, const ServerSetup& setup, Story& story,
                 http::Headers& headers) {
  std::vector<std::string_view> allowed(std::begin(kTokenMembers), std::end(kTokenMembers));
  allowed.insert(allowed.end(), {"authority", "prefix"});
  ENKS_TRY(AllowMembers(description, allowed));
  const std::string label = TextOr(Find(description, "authority"), "main");
  const AuthoritySetup* authority = setup.FindAuthority(label);
  if (authority == nullptr) return absl::NotFoundError("setup.json has no authority " + label);
  ENKS_ASSIGN(const std::string token,
              MakeToken(DraftToken(*authority, kStatsAudience, story), description, setup, story));
  SetHeader(headers, "Authorization", TextOr(Find(description, "prefix"), "Bearer ") + token);
  return absl::OkStatus();
}

Result<std::string> MakeBody(Value description, const ServerSetup& setup, Story& story) {
  if (const Value upload = Find(description, "upload"); upload.Exists()) {
    return MakeUploadBody(upload, setup, story);
  }
  if (const Value base64 = Find(description, "body_base64"); base64.Exists()) {
    const auto bytes = base::FromAnyBase64(base64.Text());
    if (!bytes) return absl::InvalidArgumentError("body_base64 is no base64");
    return std::string(base::AsText(*bytes));
  }
  const Value body = Find(description, "body");
  if (!body.Exists()) return std::string();
  if (!IsArray(body)) return ResolveText(body, story);
  std::string joined;
  for (const Value part : ElementsOf(body)) {
    ENKS_ASSIGN(const std::string text, ResolveText(part, story));
    joined += text;
  }
  return joined;
}

}  // namespace

Result<OutgoingRequest> MakeRequest(Value description, const ServerSetup& setup, Story& story) {
  ENKS_TRY(AllowMembers(description,
                        {"method", "path", "headers", "bearer", "upload", "body", "body_base64"}));
  const bool is_older = IsOlderApi(Find(description, "upload"));
  OutgoingRequest request;
  request.method = TextOr(Find(description, "method"), "POST");
  request.path = TextOr(Find(description, "path"), is_older ? "/" : "/v1/publish");
  ENKS_TRY(AddHeaders(Find(description, "headers"), story, request.headers));
  if (const Value bearer = Find(description, "bearer"); bearer.Exists()) {
    ENKS_TRY(AddBearer(bearer, setup, story, request.headers));
  }
  ENKS_ASSIGN(request.body, MakeBody(description, setup, story));
  return request;
}

}  // namespace enks::conformance
