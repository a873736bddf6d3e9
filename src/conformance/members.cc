#include "conformance/members.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/json_access.h"
#include "json/writer.h"

namespace enks::conformance {
namespace {

std::string Quoted(std::string_view text) {
  std::string quoted;
  json::AppendQuoted(text, quoted);
  return quoted;
}

// A case that adjusts what is not there means something else than it does.
Status NotThere(const std::string& name) {
  return absl::InvalidArgumentError(fmt::format("there is no member \"{}\" to adjust", name));
}

}  // namespace

std::vector<std::pair<std::string, std::string>>::iterator Members::Locate(
    const std::string& name) {
  return std::ranges::find(members_, name, &std::pair<std::string, std::string>::first);
}

void Members::SetText(const std::string& name, std::string_view text) {
  SetJson(name, Quoted(text));
}

void Members::SetInt(const std::string& name, std::int64_t number) {
  SetJson(name, std::to_string(number));
}

void Members::SetJson(const std::string& name, std::string json) {
  const auto found = Locate(name);
  if (found == members_.end()) {
    members_.emplace_back(name, std::move(json));
  } else {
    found->second = std::move(json);
  }
}

Status Members::Adjust(json::Value set, json::Value omit, json::Value rename, Story& story) {
  ENKS_TRY(ForEachMember(set, [&](const std::string& name, json::Value value) -> Status {
    ENKS_ASSIGN(std::string json, ResolveJson(value, story));
    SetJson(name, std::move(json));
    return absl::OkStatus();
  }));
  for (const json::Value name : ElementsOf(omit)) ENKS_TRY(Omit(name.Text()));
  return ForEachMember(rename, [&](const std::string& name, json::Value other) -> Status {
    return Rename(name, other.Text());
  });
}

Status Members::Omit(const std::string& name) {
  const auto found = Locate(name);
  if (found == members_.end()) return NotThere(name);
  members_.erase(found);
  return absl::OkStatus();
}

Status Members::Rename(const std::string& name, const std::string& other) {
  const auto found = Locate(name);
  if (found == members_.end()) return NotThere(name);
  found->first = other;
  return absl::OkStatus();
}

std::string Members::ToJson() const {
  std::string json = "{";
  for (const auto& [name, value] : members_) {
    if (json.size() > 1) json += ',';
    json += Quoted(name) + ":" + value;
  }
  return json + "}";
}

}  // namespace enks::conformance
