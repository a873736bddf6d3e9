#include "server/settings_load.h"

#include <fmt/format.h>
#define TOML_EXCEPTIONS 0
// See base/toml_text.cc.
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <string_view>

#include "base/duration.h"
#include "base/toml_text.h"
#include "exposure/region.h"
#include "server/reference_environment.h"
#include "server/settings_table.h"

namespace enks::server {
namespace {

constexpr std::uint64_t kFileBytesMax = 1u << 20;

Status Fault(const std::string& text) {
  return absl::InvalidArgumentError(text);
}

Status Unknown(std::string_view name, std::string_view where) {
  return Fault(fmt::format(
      "{}: there is no setting \"{}\". Did you mean \"{}\"? `enks settings` lists them all.", where,
      name, NearestSetting(name)));
}

Status Apply(const Setting& setting, const RawValue& value, std::string_view where,
             Settings& settings) {
  const auto fault = setting.set(settings, value);
  if (!fault) return absl::OkStatus();
  return Fault(fmt::format("{}: the value of {} {}. Allowed: {}. It is {} unless set.", where,
                           setting.name, *fault, setting.range, setting.get(Settings{})));
}

// A TOML value as a raw one; nothing for kinds that no setting has (tables, floats, dates).
std::optional<RawValue> FromToml(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return *number;
  if (const auto flag = node.value_exact<bool>()) return *flag;
  const toml::array* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> items;
  for (const toml::node& item : *array) {
    const auto text = item.value_exact<std::string>();
    if (!text) return std::nullopt;
    items.push_back(*text);
  }
  return items;
}

std::string LineOf(const toml::node& node, std::string_view file) {
  return fmt::format("{} line {}", file, node.source().begin.line);
}

Status ApplySection(std::string_view section, const toml::table& table, std::string_view file,
                    Settings& settings) {
  for (const auto& [key, node] : table) {
    const std::string name = fmt::format("{}.{}", section, key.str());
    const std::string where = LineOf(node, file);
    const Setting* setting = FindSetting(name);
    if (setting == nullptr) return Unknown(name, where);
    const auto value = FromToml(node);
    if (!value) {
      return Fault(fmt::format("{}: the value of {} has the wrong kind. Allowed: {}.", where, name,
                               setting->range));
    }
    ENKS_TRY(Apply(*setting, *value, where, settings));
  }
  return absl::OkStatus();
}

// What was found in a text, with the file it is from: "FILE line 3: …" or "FILE: …".
Status InFile(std::string_view file, const Status& fault) {
  const std::string_view text = MessageOf(fault);
  return Fault(fmt::format("{}{}{}", file, text.starts_with("line ") ? " " : ": ", text));
}

}  // namespace

Status ApplySettingsText(std::string_view text, std::string_view file, Settings& settings) {
  if (const Status fault = base::CheckTomlText(text); !fault.ok()) return InFile(file, fault);
  const toml::parse_result parsed = toml::parse(text, file);
  for (const auto& [section, node] : parsed.table()) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return Unknown(section.str(), LineOf(node, file));
    ENKS_TRY(ApplySection(section.str(), *table, file, settings));
  }
  return absl::OkStatus();
}

namespace {

Status ApplyFile(const SettingsSources& sources, base::Files& files, Settings& settings) {
  const auto text = files.Read(sources.file, kFileBytesMax);
  if (absl::IsNotFound(text.status())) {
    if (sources.file_optional) return absl::OkStatus();
    return absl::NotFoundError(
        fmt::format("there is no settings file {}. `enks init --data {}` makes one.",
                    sources.file.string(), sources.data_folder.string()));
  }
  ENKS_TRY(text.status());
  return ApplySettingsText(base::AsText(*text), sources.file.string(), settings);
}

// ENKS_ variables that are not settings.
bool IsOwnVariable(std::string_view name) {
  return name == "ENKS_DATA";
}

Status ApplyOwnVariables(const SettingsSources& sources, Settings& settings) {
  for (const auto& [name, value] : sources.environment) {
    if (!name.starts_with(kOwnVariablePrefix) || IsOwnVariable(name)) continue;
    const auto& table = SettingsTable();
    const auto found = std::ranges::find(table, name, &Setting::Variable);
    const std::string where = "environment variable " + name;
    if (found == table.end()) return Unknown(name, where);
    ENKS_TRY(Apply(*found, value, where, settings));
  }
  return absl::OkStatus();
}

Status ApplyOverrides(const SettingsSources& sources, Settings& settings) {
  for (const auto& [name, value] : sources.overrides) {
    const Setting* setting = FindSetting(name);
    if (setting == nullptr) return Unknown(name, "--set " + name);
    ENKS_TRY(Apply(*setting, value, "--set " + name, settings));
  }
  return absl::OkStatus();
}

// MAX_KEYS_ON_PUBLISH=2 alone is legal in the reference: the default of the other limit, which
// settings files hold as `enks init` wrote it, contradicts nobody.
void LowerUntouchedDefaults(exposure::UploadRules& rules) {
  if (rules.same_start_max != exposure::UploadRules{}.same_start_max) return;
  rules.same_start_max = std::min(rules.same_start_max, rules.keys_max);
}

}  // namespace

Result<LoadedSettings> LoadSettings(const SettingsSources& sources, base::Files& files) {
  LoadedSettings loaded;
  Settings& settings = loaded.settings;
  settings.data_folder = sources.data_folder;
  ENKS_TRY(ApplyFile(sources, files, settings));
  ENKS_TRY(ApplyReferenceEnvironment(sources.environment, settings, loaded.notes));
  ENKS_TRY(ApplyOwnVariables(sources, settings));
  ENKS_TRY(ApplyOverrides(sources, settings));
  // One setting each for what two jobs must agree on.
  settings.exports.truncate_window = settings.publish.rules.truncate_window;
  settings.retention.ttl = settings.exports.file_ttl;
  settings.statistics.token.clock_leeway = settings.publish.certificates.clock_leeway;
  // Every process reads the keys once in that time, and again after a failure.
  settings.tokens.settling = 3 * settings.jobs.refresh;
  LowerUntouchedDefaults(settings.publish.rules);
  ENKS_TRY(CheckSettings(settings));
  return loaded;
}

namespace {

Status CheckListeners(const Settings& settings) {
  if (!settings.ServesPhones()) return absl::OkStatus();
  if (!Collide(settings.listen_public, settings.listen_internal)) return absl::OkStatus();
  return Fault(fmt::format(
      "server.listen_public ({}) and server.listen_internal ({}) would both listen on port {} of "
      "the same address. Give them two ports: the internal one must not be reachable by phones.",
      FormatListenAddress(settings.listen_public), FormatListenAddress(settings.listen_internal),
      settings.listen_public.port));
}

// Taken for none, a name that is no region would refuse every upload of an app without regions.
Status CheckDefaultRegion(const Settings& settings) {
  if (settings.publish.default_region.empty()) return absl::OkStatus();
  const auto regions = exposure::NormalizeRegions({settings.publish.default_region});
  if (regions.ok()) return absl::OkStatus();
  return Fault(fmt::format(
      "publish.default_region is not the name of a region: {}. Name one, such as \"US\", or leave "
      "the setting empty.",
      MessageOf(regions.status())));
}

Status CheckSmallDays(const Settings& settings) {
  constexpr std::chrono::hours kLeast{48};
  const std::chrono::seconds after = settings.statistics.release.small_days_after;
  if (after == std::chrono::seconds(0) || after >= kLeast) return absl::OkStatus();
  return Fault(fmt::format(
      "statistics.small_days_after is {}, which would tell days of few uploads almost at once. Set "
      "48h or more, or 0s for never.",
      base::FormatDuration(after)));
}

}  // namespace

Status CheckSettings(const Settings& settings) {
  if (settings.exports.file_ttl < retention::kTtlMin && !settings.retention.allow_short_ttl) {
    return Fault(fmt::format(
        "export.file_ttl is {}, but phones look back 14 days and less than {} would delete keys "
        "they still need. Raise export.file_ttl, or set retention.allow_short_ttl = true on a "
        "test system.",
        base::FormatDuration(settings.exports.file_ttl), base::FormatDuration(retention::kTtlMin)));
  }
  ENKS_TRY(CheckListeners(settings));
  ENKS_TRY(CheckDefaultRegion(settings));
  ENKS_TRY(CheckSmallDays(settings));
  if (settings.exports.file_min_records > settings.exports.file_max_records) {
    return Fault(
        "export.file_min_records is larger than export.file_max_records, so no file could hold "
        "its padding. Lower the first or raise the second.");
  }
  if (settings.publish.rules.same_start_max > settings.publish.rules.keys_max) {
    return Fault(
        "publish.same_start_max is larger than publish.keys_max and could never be reached. Lower "
        "it.");
  }
  return settings.Location().status();
}

std::filesystem::path Settings::Resolve(const std::string& path) const {
  return std::filesystem::path(path).is_absolute() ? std::filesystem::path(path)
                                                   : data_folder / path;
}

Result<store::StoreLocation> Settings::Location() const {
  auto location = store::ParseStoreLocation(database);
  if (!location.ok()) {
    return Fault(fmt::format("server.database: {}", MessageOf(location.status())));
  }
  if (location->engine == store::StoreLocation::Engine::kSqlite) {
    location->target = Resolve(location->target).string();
  }
  return location;
}

}  // namespace enks::server
