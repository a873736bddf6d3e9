#include "server/reference_environment.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "server/settings_table.h"

namespace enks::server {
namespace {

using Environment = std::map<std::string, std::string>;

std::optional<std::string> Get(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
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
  const auto port = Get(environment, "PORT");
  if (!port) return absl::OkStatus();
  return ApplyNamed(*FindSetting("server.listen_public"), "PORT", "0.0.0.0:" + *port, settings);
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
  if (!Get(environment, "DB_NAME") && !Get(environment, "DB_HOST")) return;
  constexpr std::pair<const char*, const char*> kParts[] = {
      {"DB_NAME", "dbname"},
      {"DB_USER", "user"},
      {"DB_PASSWORD", "password"},
      {"DB_HOST", "host"},
      {"DB_PORT", "port"},
      {"DB_SSLMODE", "sslmode"},
      {"DB_SSLCERT", "sslcert"},
      {"DB_SSLKEY", "sslkey"},
      {"DB_SSLROOTCERT", "sslrootcert"},
      {"DB_CONNECT_TIMEOUT", "connect_timeout"}};
  std::string connection;
  for (const auto& [variable, part] : kParts) {
    std::optional<std::string> value = Get(environment, variable);
    if (!value && part == std::string_view("host")) value = "localhost";
    if (!value && part == std::string_view("sslmode")) value = "require";
    if (!value || value->empty()) continue;
    connection +=
        fmt::format("{}{}={}", connection.empty() ? "" : " ", part, QuoteConnectionValue(*value));
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

void NoteVariablesWithoutMeaning(const Environment& environment, std::vector<std::string>& notes) {
  constexpr std::pair<const char*, const char*> kNotes[] = {
      {"AUTHORIZED_APP_CACHE_DURATION",
       "jobs.refresh_every says how soon a changed app takes effect"},
      {"VERIFICATION_CACHE_DURATION",
       "jobs.refresh_every says how soon a changed key takes effect"},
      {"CREATE_BATCHES_TIMEOUT", "creating batches is short and needs no lock"},
      {"MAX_INSERT_BATCH_SIZE", "padding is stored in one transaction"},
      {"CLEANUP_TIMEOUT", "deletion works in short steps and needs no limit"},
      {"DB_POOL_MAX_CONNS", "the number of connections follows the number of threads"},
      {"DB_POOL_MIN_CONNS", "the number of connections follows the number of threads"},
      {"BLOBSTORE", "files go to server.files_folder"},
      {"KEY_MANAGER", "the form of a key reference says where the key is"},
      {"LOG_JSON_PARSE_ERRORS", "request bodies are never logged"},
      {"DEBUG_LOG_BAD_CERTIFICATES", "certificates are never logged"},
      {"OBSERVABILITY_EXPORTER", "enks has no exporter to choose"}};
  for (const auto& [variable, reason] : kNotes) {
    if (environment.contains(variable)) {
      notes.push_back(fmt::format("environment variable {} has no effect: {}", variable, reason));
    }
  }
}

}  // namespace

Status ApplyReferenceEnvironment(const Environment& environment, Settings& settings,
                                 std::vector<std::string>& notes) {
  for (const Setting& setting : SettingsTable()) {
    if (setting.reference.empty()) continue;
    const auto value = Get(environment, std::string(setting.reference));
    if (value) ENKS_TRY(ApplyNamed(setting, setting.reference, *value, settings));
  }
  ENKS_TRY(ApplyPort(environment, settings));
  ApplyDatabase(environment, settings);
  ENKS_TRY(ApplyLogging(environment, settings));
  NoteVariablesWithoutMeaning(environment, notes);
  return absl::OkStatus();
}

}  // namespace enks::server
