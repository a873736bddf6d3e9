#include "json/body.h"

#include <fmt/core.h>

#include <algorithm>

namespace enks::json {
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
BodyFault ParseFault(const Document& document, bool too_large) {
  switch (document.outcome()) {
    case ParseOutcome::kSyntax:
      return JsonFault(fmt::format("malformed json at position {}", document.position()));
    case ParseOutcome::kEmpty:
      return too_large ? TooLarge() : JsonFault("body must not be empty");
    case ParseOutcome::kEnded:
    case ParseOutcome::kOk:
      break;
  }
  return too_large ? TooLarge() : JsonFault("malformed json");
}

BodyFault ReadFault(const ReadResult& result) {
  if (result.outcome == ReadOutcome::kUnknownMember) {
    return JsonFault("unknown field " + Quoted(result.field));
  }
  return JsonFault(
      fmt::format("invalid value {} at position {}", Quoted(result.field), result.position));
}

}  // namespace

std::optional<BodyFault> CheckType(const Body& body) {
  if (IsJson(body.content_type)) return std::nullopt;
  return BodyFault{BodyFaultKind::kContentType, "content-type is not application/json"};
}

std::optional<BodyFault> CheckSyntax(const Body& body, const Document& document) {
  if (document.outcome() != ParseOutcome::kOk) return ParseFault(document, body.too_large);
  return std::nullopt;
}

std::optional<BodyFault> CheckContent(const ReadResult& result, const Document& document) {
  if (!result.ok()) return ReadFault(result);
  if (document.HasMore()) return JsonFault("body must contain only one JSON object");
  return std::nullopt;
}

}  // namespace enks::json
