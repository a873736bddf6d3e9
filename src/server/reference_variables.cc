#include "server/reference_variables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "server/setting_kinds.h"

namespace enks::server {
namespace {

using Environment = std::map<std::string, std::string>;

constexpr std::string_view kSecretPrefix = "secret://";

// Read by ApplyReferenceEnvironment() itself, beside the settings and the database.
constexpr std::string_view kListenAndLog[] = {"PORT", "LOG_LEVEL", "LOG_MODE"};

// Variables that change nothing here, each with the reason; spec/publish.md section 12,
// spec/export-pipeline.md sections 5 to 10, spec/platform.md, spec/federation.md.
struct IdleVariables {
  std::string_view reason;
  std::vector<std::string_view> names;
};

const std::vector<IdleVariables>& IdleTable() {
  static const std::vector<IdleVariables> table = {
      {"jobs.refresh_every says how soon a changed app, health authority or key takes effect",
       {"AUTHORIZED_APP_CACHE_DURATION", "VERIFICATION_CACHE_DURATION",
        "REVISION_KEY_CACHE_DURATION"}},
      {"request bodies and certificates are never logged",
       {"LOG_JSON_PARSE_ERRORS", "DEBUG_LOG_BAD_CERTIFICATES"}},
      {"creating batches is short and needs no lock", {"CREATE_BATCHES_TIMEOUT"}},
      {"padding is stored in one transaction", {"MAX_INSERT_BATCH_SIZE"}},
      {"deletion works in short steps and needs no limit", {"CLEANUP_TIMEOUT"}},
      {"enks chooses how many database connections it keeps, and for how long",
       {"DB_POOL_MIN_CONNS", "DB_POOL_MAX_CONNS", "DB_POOL_MAX_CONN_LIFETIME",
        "DB_POOL_MAX_CONN_IDLE_TIME", "DB_POOL_HEALTH_CHECK_PERIOD"}},
      {"export files go to server.files_folder", {"BLOBSTORE"}},
      {"keys are files below server.key_folder", {"KEY_MANAGER", "CREATE_HSM_KEYS"}},
      {"secrets are not fetched: give values themselves",
       {"SECRET_MANAGER", "SECRETS_DIR", "SECRET_CACHE_TTL", "SECRET_EXPANSION",
        "SECRET_FILESYSTEM_ROOT"}},
      {"object stores are not there yet", {"AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_ACCESS_KEY"}},
      {"metrics and traces are not there yet: watch /health and the log",
       {"OBSERVABILITY_EXPORTER", "METRICS_PORT", "TRACE_PROBABILITY",
        "OCAGENT_TRACE_EXPORTER_ENDPOINT", "OCAGENT_INSECURE", "PROJECT_ID", "K_SERVICE",
        "K_REVISION", "K_CONFIGURATION", "DEV_STACKDRIVER_LOCATION",
        "STACKDRIVER_REPORTING_INTERVAL", "STACKDRIVER_BUNDLE_DELAY_THRESHOLD",
        "STACKDRIVER_BUNDLE_COUNT_THRESHOLD", "STACKDRIVER_TIMEOUT",
        "STACKDRIVER_EXCLUDED_METRIC_PREFIXES", "STACKDRIVER_REGISTER_METRICS"}},
      {"the documents of health authorities are read one after the other", {"MAX_WORKERS"}},
      {"keys are not exchanged with other servers yet",
       {"RPC_TIMEOUT",
        "TLS_SKIP_VERIFY",
        "TLS_CERT_FILE",
        "TLS_KEY_FILE",
        "CREDENTIALS_FILE",
        "ACCEPT_SELF_REPORT",
        "ACCEPT_RECURSIVE",
        "MAX_RECORDS",
        "ALLOW_ANY_CLIENT",
        "MAX_RUNTIME",
        "INDEX_FILE_DOWNLOAD_TIMEOUT",
        "EXPORT_FILE_DOWNLOAD_TIMEOUT",
        "EXPORT_FILE_DELETE_TIMEOUT",
        "EXPORT_FILE_UPLOAD_TIMEOUT",
        "IMPORT_LOCK_TIME",
        "IMPORT_RETRY_RATE",
        "IMPORT_APP_PACKAGE_NAME",
        "BACKFILL_REPORT_TYPE",
        "BACKFILL_DAYS_SINCE_ONSET",
        "BACKFILL_DAYS_SINCE_ONSET_VALUE",
        "MAX_INDEX_BYTES",
        "MAX_ZIP_BYTES",
        "MIRROR_LOCK_DURATION"}},
      {"back up the database and the key folder with your own tools",
       {"BACKUP_BUCKET", "BACKUP_DATABASE_INSTANCE_URL", "BACKUP_DATABASE_NAME",
        "BACKUP_MIN_PERIOD", "BACKUP_TIMEOUT"}},
      {"`enks phone` makes keys for tests",
       {"NUM_EXPOSURES_GENERATED", "KEYS_PER_EXPOSURE", "CHANCE_OF_TRAVELER",
        "CHANCE_OF_KEY_REVISION", "KEY_REVISION_DELAY", "FORCE_CONFIRMED",
        "SIMULATE_SAME_DAY_RELEASE"}},
      {"the reference does not read it either", {"DEV_MODE", "DB_DEBUG"}}};
  return table;
}

bool IsDatabaseVariable(std::string_view name) {
  using Part = std::pair<std::string_view, std::string_view>;
  return std::ranges::find(kDatabaseVariables, name, &Part::first) != std::end(kDatabaseVariables);
}

bool IsSetting(std::string_view name) {
  return std::ranges::any_of(SettingsTable(), [name](const Setting& setting) {
    return !setting.reference.empty() && setting.reference == name;
  });
}

bool IsIdle(std::string_view name) {
  return std::ranges::any_of(IdleTable(), [name](const IdleVariables& idle) {
    return std::ranges::find(idle.names, name) != idle.names.end();
  });
}

// Nothing if none of `names` is set.
std::vector<std::string_view> Among(std::span<const std::string_view> names,
                                    const Environment& environment) {
  std::vector<std::string_view> found;
  for (const std::string_view name : names) {
    if (environment.contains(std::string(name))) found.push_back(name);
  }
  return found;
}

std::string Note(const std::vector<std::string_view>& names, std::string_view reason) {
  const bool one = names.size() == 1;
  return fmt::format("environment variable{} {} {} no effect: {}", one ? "" : "s",
                     fmt::join(names, ", "), one ? "has" : "have", reason);
}

Status Refusal(std::string_view name, std::string_view text) {
  return absl::InvalidArgumentError(fmt::format("environment variable {}: {}", name, text));
}

Status RefuseSecretReferences(const Environment& environment) {
  for (const auto& [name, value] : environment) {
    if (!value.starts_with(kSecretPrefix) || !HasEffect(name, environment)) continue;
    return Refusal(
        name,
        "enks fetches no secrets and would take the text secret://… for the value itself. Put the "
        "value there; for a certificate or key, write it to a file (chmod 600) and put its path. A "
        "whole connection with its password can also stand in the settings file, as "
        "server.database.");
  }
  return absl::OkStatus();
}

Status RefuseServices(const Environment& environment, const char* name,
                      std::span<const std::string_view> allowed, std::string_view text) {
  const auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) return absl::OkStatus();
  if (std::ranges::find(allowed, found->second) != allowed.end()) return absl::OkStatus();
  return Refusal(name, text);
}

}  // namespace

bool NamesDatabase(const Environment& environment) {
  return environment.contains("DB_NAME") || environment.contains("DB_HOST");
}

bool HasEffect(std::string_view name, const Environment& environment) {
  if (IsDatabaseVariable(name)) return NamesDatabase(environment);
  return IsSetting(name) || std::ranges::find(kListenAndLog, name) != std::end(kListenAndLog);
}

bool IsReferenceVariable(std::string_view name) {
  return IsDatabaseVariable(name) || IsIdle(name) || HasEffect(name, {});
}

std::vector<std::string> NotesOnIdleVariables(const Environment& environment) {
  std::vector<std::string> notes;
  for (const IdleVariables& idle : IdleTable()) {
    const auto names = Among(idle.names, environment);
    if (!names.empty()) notes.push_back(Note(names, idle.reason));
  }
  if (NamesDatabase(environment)) return notes;
  std::vector<std::string_view> parts;
  for (const auto& [name, keyword] : kDatabaseVariables) parts.push_back(name);
  const auto names = Among(parts, environment);
  if (!names.empty()) {
    notes.push_back(Note(names, "without DB_NAME or DB_HOST the database is server.database"));
  }
  return notes;
}

Status RefuseWhatIsNotThere(const Environment& environment) {
  static constexpr std::string_view kStores[] = {"FILESYSTEM", "MEMORY"};
  static constexpr std::string_view kKeyManagers[] = {"FILESYSTEM"};
  ENKS_TRY(RefuseSecretReferences(environment));
  ENKS_TRY(RefuseServices(
      environment, "BLOBSTORE", kStores,
      "enks keeps export files in server.files_folder and knows no object store yet. Let your CDN "
      "fetch them from /files/ of the public address, then unset the variable."));
  return RefuseServices(
      environment, "KEY_MANAGER", kKeyManagers,
      "enks keeps keys as files below server.key_folder and knows no key service yet. Make keys "
      "with `enks keygen` and tell phones the public ones, then unset the variable.");
}

}  // namespace enks::server
