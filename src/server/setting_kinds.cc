#include "server/setting_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

#include "base/base64.h"
#include "base/duration.h"

namespace enks::server {
namespace {

using std::chrono::seconds;

}  // namespace

std::optional<std::int64_t> AsInt(const RawValue& raw) {
  if (const auto* number = std::get_if<std::int64_t>(&raw)) return *number;
  const auto* text = std::get_if<std::string>(&raw);
  if (text == nullptr) return std::nullopt;
  if (text->empty()) return 0;  // a variable set to nothing means zero, as in the reference
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

std::optional<bool> AsBool(const RawValue& raw) {
  if (const auto* value = std::get_if<bool>(&raw)) return *value;
  const auto* text = std::get_if<std::string>(&raw);
  if (text == nullptr) return std::nullopt;
  static constexpr std::string_view kTrue[] = {"1", "t", "T", "true", "TRUE", "True"};
  static constexpr std::string_view kFalse[] = {"0", "f", "F", "false", "FALSE", "False", ""};
  if (std::ranges::find(kTrue, *text) != std::end(kTrue)) return true;
  if (std::ranges::find(kFalse, *text) != std::end(kFalse)) return false;
  return std::nullopt;
}

std::optional<seconds> AsSeconds(const RawValue& raw) {
  const auto* text = std::get_if<std::string>(&raw);
  if (text == nullptr) return std::nullopt;
  if (text->empty()) return seconds(0);
  const auto duration = base::ParseDuration(*text);
  if (!duration || *duration % seconds(1) != std::chrono::nanoseconds(0)) return std::nullopt;
  return std::chrono::duration_cast<seconds>(*duration);
}

// A basic string (TOML v1.0.0, "String").
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04X}", byte);
      continue;
    }
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

Setting BoolSetting(std::string_view name, std::string_view reference, Place<bool> place,
                    std::string_view help) {
  return {
      name,
      reference,
      help,
      "true or false",
      [place](const Settings& settings) { return ReadPlace(place, settings) ? "true" : "false"; },
      [place](Settings& settings, const RawValue& raw) -> Fault {
        const auto value = AsBool(raw);
        if (!value) return "is neither true nor false";
        place(settings) = *value;
        return std::nullopt;
      }};
}

Setting DurationSetting(std::string_view name, std::string_view reference, seconds least,
                        seconds most, Place<seconds> place, std::string_view help) {
  return {name,
          reference,
          help,
          fmt::format("{} to {}, a duration such as \"90s\" or \"1h30m\"",
                      base::FormatDuration(least), base::FormatDuration(most)),
          [place](const Settings& settings) {
            return Quoted(base::FormatDuration(ReadPlace(place, settings)));
          },
          [=](Settings& settings, const RawValue& raw) -> Fault {
            const auto value = AsSeconds(raw);
            if (!value) return "is not a duration of whole seconds";
            if (*value < least || *value > most) return "is out of range";
            place(settings) = *value;
            return std::nullopt;
          }};
}

Setting MillisecondsSetting(std::string_view name, std::string_view reference,
                            std::chrono::milliseconds least, std::chrono::milliseconds most,
                            Place<std::chrono::milliseconds> place, std::string_view help) {
  return {name,
          reference,
          help,
          fmt::format("{} to {} milliseconds", least.count(), most.count()),
          [place](const Settings& settings) {
            return std::to_string(ReadPlace(place, settings).count());
          },
          [=](Settings& settings, const RawValue& raw) -> Fault {
            const auto value = AsInt(raw);
            if (!value) return "is not a whole number";
            const std::chrono::milliseconds duration(*value);
            if (duration < least || duration > most) return "is out of range";
            place(settings) = duration;
            return std::nullopt;
          }};
}

Setting TextSetting(std::string_view name, std::string_view reference, std::string range,
                    Place<std::string> place, std::string_view help) {
  return {name,
          reference,
          help,
          std::move(range),
          [place](const Settings& settings) { return Quoted(ReadPlace(place, settings)); },
          [place](Settings& settings, const RawValue& raw) -> Fault {
            const auto* text = std::get_if<std::string>(&raw);
            if (text == nullptr) return "is not a text";
            place(settings) = *text;
            return std::nullopt;
          }};
}

Setting Base64Setting(std::string_view name, std::string_view reference, Place<base::Bytes> place,
                      std::string_view help) {
  return {name,
          reference,
          help,
          "base64, or empty",
          [place](const Settings& settings) {
            return Quoted(base::ToBase64(ReadPlace(place, settings)));
          },
          [place](Settings& settings, const RawValue& raw) -> Fault {
            const auto* text = std::get_if<std::string>(&raw);
            if (text == nullptr) return "is not a text";
            const std::optional<base::Bytes> bytes = base::FromAnyBase64(*text);
            if (!bytes) return "is not base64";
            place(settings) = *bytes;
            return std::nullopt;
          }};
}

Setting AddressSetting(std::string_view name, Place<ListenAddress> place, std::string_view help) {
  return {name,
          "",
          help,
          "HOST:PORT, port 0 to 65535 (0: any free port)",
          [place](const Settings& settings) {
            return Quoted(FormatListenAddress(ReadPlace(place, settings)));
          },
          [place](Settings& settings, const RawValue& raw) -> Fault {
            const auto* text = std::get_if<std::string>(&raw);
            const auto address = text == nullptr ? std::nullopt : ParseListenAddress(*text);
            if (!address) return "is not HOST:PORT";
            place(settings) = *address;
            return std::nullopt;
          }};
}

namespace {

constexpr std::pair<Role, std::string_view> kRoleNames[] = {{Role::kPublish, "publish"},
                                                            {Role::kExport, "export"},
                                                            {Role::kFiles, "files"},
                                                            {Role::kCleanup, "cleanup"}};

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

Fault SetRoles(Settings& settings, const RawValue& raw) {
  std::vector<std::string> names;
  if (const auto* list = std::get_if<std::vector<std::string>>(&raw)) names = *list;
  if (const auto* text = std::get_if<std::string>(&raw)) names = SplitList(*text);
  if (names.empty()) return "names no role";
  std::set<Role> roles;
  for (const std::string& name : names) {
    const auto* found =
        std::ranges::find(kRoleNames, name, &std::pair<Role, std::string_view>::second);
    if (found == std::end(kRoleNames)) return fmt::format("names an unknown role {:?}", name);
    roles.insert(found->first);
  }
  settings.roles = roles;
  return std::nullopt;
}

std::string RolesText(const Settings& settings) {
  std::string text;
  for (const auto& [role, name] : kRoleNames) {
    if (settings.Has(role)) text += (text.empty() ? "\"" : ", \"") + std::string(name) + "\"";
  }
  return "[" + text + "]";
}

}  // namespace

Setting RolesSetting(std::string_view name, std::string_view help) {
  return {name, "", help, "a list of publish, export, files, cleanup", RolesText, SetRoles};
}

}  // namespace enks::server
