#include "server/reference_environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "server/reference_variables.h"
#include "server/settings_table.h"

namespace enks::server {
namespace {

using Environment = std::map<std::string, std::string>;

std::optional<std::string> Get(const Environment& environment, std::string_view name) {
  const auto found = environment.find(std::string(name));
  if (found == environment.end()) return std::nullopt;
  return found->second;
}

Status ApplyNamed(const Setting& setting, std::string_view variable, const std::string& value,
                  Settings& settings) {
  const auto fault = setting.set(settings, value);
  if (!fault) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("environment variable {}: the value {}. Allowed: {}. In enks the setting is "
                  "called {}.",
                  variable, *fault, setting.range, setting.name));
}

// The reference listens on every interface at PORT.
Status ApplyPort(const Environment& environment, Settings& settings) {
  const auto text = Get(environment, "PORT");
  if (!text) return absl::OkStatus();
  const auto port = ParsePort(*text);
  if (!port) {
    return absl::InvalidArgumentError(
        "environment variable PORT: the value is not a port. Allowed: 0 to 65535. In enks the "
        "setting is called server.listen_public.");
  }
  settings.listen_public = {"0.0.0.0", *port};
  return absl::OkStatus();
}

// A libpq connection value: quoted, so that no character of it ends the value (divergence PL13).
std::string QuoteConnectionValue(std::string_view value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "'";
}

void ApplyDatabase(const Environment& environment, Settings& settings) {
  if (!NamesDatabase(environment)) return;
  std::string connection;
  for (const auto& [variable, keyword] : kDatabaseVariables) {
    std::optional<std::string> value = Get(environment, variable);
    if (!value && keyword == "host") value = "localhost";
    if (!value && keyword == "sslmode") value = "require";
    if (!value || value->empty()) continue;
    connection += fmt::format("{}{}={}", connection.empty() ? "" : " ", keyword,
                              QuoteConnectionValue(*value));
  }
  settings.database = "postgres:" + connection;
}

Status ApplyLogging(const Environment& environment, Settings& settings) {
  if (const auto mode = Get(environment, "LOG_MODE"); mode == "development") {
    settings.log_format = base::LogFormat::kHuman;
  }
  const auto level = Get(environment, "LOG_LEVEL");
  if (!level) return absl::OkStatus();
  if (*level == "DEBUG") {
    settings.log_level = base::LogLevel::kDebug;
  } else if (*level == "INFO") {
    settings.log_level = base::LogLevel::kInfo;
  } else if (*level == "ERROR" || *level == "CRITICAL" || *level == "ALERT" ||
             *level == "EMERGENCY") {
    settings.log_level = base::LogLevel::kError;
  } else {
    settings.log_level = base::LogLevel::kWarning;  // unknown values, too, as in the reference
  }
  return absl::OkStatus();
}

}  // namespace

Status ApplyReferenceEnvironment(const Environment& environment, Settings& settings,
                                 std::vector<std::string>& notes) {
  ENKS_TRY(RefuseWhatIsNotThere(environment));
  for (const Setting& setting : SettingsTable()) {
    if (setting.reference.empty()) continue;
    const auto value = Get(environment, setting.reference);
    if (value) ENKS_TRY(ApplyNamed(setting, setting.reference, *value, settings));
  }
  ENKS_TRY(ApplyPort(environment, settings));
  ApplyDatabase(environment, settings);
  ENKS_TRY(ApplyLogging(environment, settings));
  std::ranges::move(NotesOnIdleVariables(environment), std::back_inserter(notes));
  return absl::OkStatus();
}

bool IsSettingsVariable(std::string_view name) {
  return name.starts_with(kOwnVariablePrefix) || IsReferenceVariable(name);
}

}  // namespace enks::server
