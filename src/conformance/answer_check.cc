#include "conformance/answer_check.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "conformance/json_access.h"
#include "json/read.h"

namespace enks::conformance {
namespace {

using json::Value;

constexpr int kStatusOk = 200;

const std::string* HeaderOf(const http::Response& answer, std::string_view name) {
  for (const auto& [sent, value] : answer.headers) {
    if (json::EqualFolded(name, sent)) return &value;
  }
  return nullptr;
}

Status CheckHeaders(Value expected, const http::Response& answer, Differences& differences) {
  return ForEachMember(expected, [&](const std::string& name, Value value) {
    return MatchText(value, HeaderOf(answer, name), "header " + name, differences);
  });
}

// The file's headers count unless the step names the same.
Status CheckAllHeaders(Value own, const CaseFile& file, const http::Response& answer,
                       Differences& differences) {
  ENKS_TRY(CheckHeaders(own, answer, differences));
  return ForEachMember(file.answer_headers(), [&](const std::string& name, Value value) -> Status {
    if (Find(own, name).Exists()) return absl::OkStatus();
    return MatchText(value, HeaderOf(answer, name), "header " + name, differences);
  });
}

void CheckPadding(Value padding, const CaseFile& file, int status, Differences& differences) {
  const auto bytes = IsText(padding) ? base::FromAnyBase64(padding.Text()) : std::nullopt;
  if (!bytes) {
    differences.push_back("body.padding: expected base64");
    return;
  }
  const auto size = static_cast<std::int64_t>(bytes->size());
  const PaddingRange& range = file.padding();
  if (status == kStatusOk && (size < range.bytes_min || size > range.bytes_max)) {
    differences.push_back(fmt::format("body.padding: expected {} to {} bytes, got {}",
                                      range.bytes_min, range.bytes_max, size));
  }
}

Status CheckBody(Value expected, const CaseFile& file, const http::Response& answer,
                 Differences& differences) {
  const json::Document document(answer.body);
  if (document.outcome() != json::ParseOutcome::kOk || !IsObject(document.Root())) {
    differences.push_back(
        fmt::format("body: expected a JSON object, got \"{}\"", answer.body.substr(0, 80)));
    return absl::OkStatus();
  }
  Differences found;
  ENKS_TRY(Match(expected, document.Root(), "body", found));
  const bool names_padding = Find(expected, "padding").Exists();
  if (!names_padding) {
    std::erase_if(found, [](const std::string& line) { return line.starts_with("body.padding:"); });
    CheckPadding(Find(document.Root(), "padding"), file, answer.status, found);
  }
  differences.insert(differences.end(), found.begin(), found.end());
  return absl::OkStatus();
}

}  // namespace

Result<Differences> CheckAnswer(Value expected, const CaseFile& file,
                                const http::Response& answer) {
  Differences differences;
  const auto status = IntegerOf(Find(expected, "status"));
  if (!status) return absl::InvalidArgumentError("an answer needs a \"status\"");
  if (answer.status != *status) {
    differences.push_back(fmt::format("status: expected {}, got {}", *status, answer.status));
  }
  ENKS_TRY(CheckAllHeaders(Find(expected, "headers"), file, answer, differences));
  if (const Value body = Find(expected, "body"); body.Exists()) {
    ENKS_TRY(CheckBody(body, file, answer, differences));
  }
  if (const Value text = Find(expected, "body_text"); text.Exists()) {
    ENKS_TRY(MatchText(text, &answer.body, "body", differences));
  }
  return differences;
}

std::string RevisionTokenOf(const http::Response& answer) {
  const json::Document document(answer.body);
  if (document.outcome() != json::ParseOutcome::kOk) return {};
  const Value token = Find(document.Root(), "revisionToken");
  return IsText(token) ? token.Text() : "";
}

}  // namespace enks::conformance
