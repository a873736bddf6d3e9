#include "conformance/json_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace enks::conformance {

using json::Kind;
using json::Value;

Value Find(Value object, std::string_view name) {
  if (!IsObject(object)) return {};
  for (Value child = object.First(); child.Exists(); child = child.Next().Next()) {
    if (child.Text() == name) return child.Next();
  }
  return {};
}

bool IsText(Value value) {
  return value.Exists() && value.kind() == Kind::kString;
}

bool IsObject(Value value) {
  return value.Exists() && value.kind() == Kind::kObject;
}

bool IsArray(Value value) {
  return value.Exists() && value.kind() == Kind::kArray;
}

std::optional<std::int64_t> IntegerOf(Value value) {
  if (!value.Exists() || value.kind() != Kind::kNumber) return std::nullopt;
  const std::string_view raw = value.Raw();
  std::int64_t number = 0;
  const auto read = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  if (read.ec != std::errc() || read.ptr != raw.data() + raw.size()) return std::nullopt;
  return number;
}

std::vector<Value> ElementsOf(Value array) {
  std::vector<Value> elements;
  if (!IsArray(array)) return elements;
  for (Value child = array.First(); child.Exists(); child = child.Next()) {
    elements.push_back(child);
  }
  return elements;
}

Status ForEachMember(Value object,
                     const std::function<Status(const std::string& name, Value)>& visit) {
  if (!IsObject(object)) return absl::OkStatus();
  for (Value child = object.First(); child.Exists(); child = child.Next().Next()) {
    ENKS_TRY(visit(child.Text(), child.Next()));
  }
  return absl::OkStatus();
}

Status AllowMembers(Value object, const std::vector<std::string_view>& names) {
  if (!object.Exists()) return absl::OkStatus();
  if (!IsObject(object)) {
    return absl::InvalidArgumentError(fmt::format("{} is no object", object.Raw().substr(0, 40)));
  }
  return ForEachMember(object, [&](const std::string& name, Value) -> Status {
    if (std::ranges::find(names, name) != names.end()) return absl::OkStatus();
    return absl::InvalidArgumentError(fmt::format("\"{}\" is no member known here", name));
  });
}

}  // namespace enks::conformance
