#include "attestation/strict_json.h"

#include <charconv>
#include <set>

namespace enks::attestation {
namespace {

using json::Kind;
using json::Value;

bool IsContainer(Value value) {
  return value.kind() == Kind::kObject || value.kind() == Kind::kArray;
}

bool HasNameTwice(Value object) {
  std::set<std::string> names;
  for (Value name = object.First(); name.Exists(); name = name.Next().Next()) {
    if (!names.insert(name.Text()).second) return true;
  }
  return false;
}

// Recursion ends at the depth that is allowed.
Status CheckContainer(Value container, std::size_t depth) {
  if (depth > kStrictJsonDepthMax) return absl::InvalidArgumentError("JSON nested too deeply");
  if (container.kind() == Kind::kObject && HasNameTwice(container)) {
    return absl::InvalidArgumentError("JSON with a member twice");
  }
  // Names are passed over like any other string.
  for (Value child = container.First(); child.Exists(); child = child.Next()) {
    if (IsContainer(child)) ENKS_TRY(CheckContainer(child, depth + 1));
  }
  return absl::OkStatus();
}

std::optional<std::int64_t> ReadInteger(std::string_view digits) {
  std::int64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

}  // namespace

Status CheckStrictObject(const json::Document& document) {
  if (document.outcome() != json::ParseOutcome::kOk || document.HasMore()) {
    return absl::InvalidArgumentError("not one JSON value");
  }
  if (document.Root().kind() != Kind::kObject) {
    return absl::InvalidArgumentError("JSON that is no object");
  }
  return CheckContainer(document.Root(), 1);
}

Value MemberReader::Find(std::string_view name) const {
  if (!object_.Exists()) return {};
  std::string buffer;
  for (Value at = object_.First(); at.Exists(); at = at.Next().Next()) {
    if (at.Text(buffer) != name) continue;
    return at.Next().IsNull() ? Value() : at.Next();
  }
  return {};
}

Value MemberReader::Expect(std::string_view name, Kind kind) {
  const Value value = Find(name);
  if (!value.Exists() || value.kind() == kind) return value;
  has_wrong_types_ = true;
  return {};
}

std::optional<std::string> MemberReader::Text(std::string_view name) {
  const Value value = Expect(name, Kind::kString);
  if (!value.Exists()) return std::nullopt;
  return value.Text();
}

std::optional<bool> MemberReader::Bool(std::string_view name) {
  const Value value = Find(name);
  if (!value.Exists()) return std::nullopt;
  if (value.kind() == Kind::kTrue) return true;
  if (value.kind() == Kind::kFalse) return false;
  has_wrong_types_ = true;
  return std::nullopt;
}

std::optional<std::int64_t> MemberReader::Integer(std::string_view name) {
  const Value value = Expect(name, Kind::kNumber);
  if (!value.Exists()) return std::nullopt;
  const auto number = ReadInteger(value.Raw());
  if (!number) has_wrong_types_ = true;
  return number;
}

std::optional<std::int64_t> MemberReader::IntegerOrDigits(std::string_view name) {
  const Value value = Find(name);
  if (!value.Exists() || value.kind() != Kind::kString) return Integer(name);
  const auto number = ReadInteger(value.Text());
  if (!number) has_wrong_types_ = true;
  return number;
}

std::optional<std::vector<std::string>> MemberReader::Texts(std::string_view name) {
  const Value array = Expect(name, Kind::kArray);
  if (!array.Exists()) return std::nullopt;
  std::vector<std::string> texts;
  for (Value element = array.First(); element.Exists(); element = element.Next()) {
    if (element.kind() != Kind::kString) {
      has_wrong_types_ = true;
      return std::nullopt;
    }
    texts.push_back(element.Text());
  }
  return texts;
}

MemberReader MemberReader::Object(std::string_view name) {
  return MemberReader(Expect(name, Kind::kObject));
}

}  // namespace enks::attestation
