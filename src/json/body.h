#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/document.h"
#include "json/read.h"

// Request bodies that hold one JSON object, read by the rules of spec/publish.md section 2 and
// refused in the reference's words.
namespace enks::json {

// A body as the server read it.
struct Body {
  std::string_view content_type;
  std::string_view bytes;
  bool too_large = false;  // there was more than `bytes`
};

enum class BodyFaultKind : std::uint8_t { kContentType, kJson, kTooLarge };

// Why a body was not read; `detail` is the reference's text.
struct BodyFault {
  BodyFaultKind kind = BodyFaultKind::kJson;
  std::string detail;
};

// The parts of ReadBody around the reading itself.
std::optional<BodyFault> CheckType(const Body& body);
std::optional<BodyFault> CheckSyntax(const Body& body, const Document& document);
std::optional<BodyFault> CheckContent(const ReadResult& result, const Document& document);

// Reads the body into `out`, a struct as json/read.h describes; members it does not know are
// refused. Returns what is wrong; `out` then holds some of the body and must not be used. The bytes
// are not needed afterwards.
template <typename T>
std::optional<BodyFault> ReadBody(const Body& body, T& out) {
  if (auto fault = CheckType(body)) return fault;
  const Document document(body.bytes);
  if (auto fault = CheckSyntax(body, document)) return fault;
  return CheckContent(Read(document.Root(), UnknownMembers::kRefuse, out), document);
}

}  // namespace enks::json
