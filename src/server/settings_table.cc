#include "server/settings_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "server/job_settings.h"
#include "server/setting_kinds.h"

namespace enks::server {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

void AddServerSettings(std::vector<Setting>& table) {
  table.push_back(TextSetting(
      "server.database", "",
      "sqlite:PATH, or a PostgreSQL connection: postgres://… or postgres:host=…",
      ENKS_AT(std::string, database),
      "Where keys and configuration are kept; relative paths start from the data folder."));
  table.push_back(TextSetting("server.key_folder", "KEY_FILESYSTEM_ROOT", "a folder, mode 0700",
                              ENKS_AT(std::string, key_folder),
                              "Where private signing and sealing keys are kept."));
  table.push_back(TextSetting(
      "server.files_folder", "", "a folder", ENKS_AT(std::string, files_folder),
      "Where export files are written and served from; each bucket is a folder in it."));
  table.push_back(
      RolesSetting("server.roles", "What this process does; split them over processes to scale."));
  table.push_back(AddressSetting("server.listen_public", ENKS_AT(ListenAddress, listen_public),
                                 "Phones connect here, usually through a TLS proxy or CDN."));
  table.push_back(
      AddressSetting("server.listen_internal", ENKS_AT(ListenAddress, listen_internal),
                     "Triggers and health for operators; never open it to the Internet."));
  table.push_back(IntSetting<int>("server.threads", "", "threads", 1, 256, ENKS_AT(int, threads),
                                  "Network threads that read, check and answer requests."));
  table.push_back(ChoiceSetting<base::LogLevel>("log.level", "",
                                                {{"debug", base::LogLevel::kDebug},
                                                 {"info", base::LogLevel::kInfo},
                                                 {"warning", base::LogLevel::kWarning},
                                                 {"error", base::LogLevel::kError}},
                                                ENKS_AT(base::LogLevel, log_level),
                                                "The least serious line that is written."));
  table.push_back(ChoiceSetting<base::LogFormat>(
      "log.format", "", {{"json", base::LogFormat::kJson}, {"human", base::LogFormat::kHuman}},
      ENKS_AT(base::LogFormat, log_format), "One JSON object a line, or lines for people."));
}

void AddHttpSettings(std::vector<Setting>& table) {
  table.push_back(IntSetting<std::size_t>("http.header_bytes_max", "", "bytes", 1024, 1 << 20,
                                          ENKS_AT(std::size_t, http.header_bytes_max),
                                          "The longest request head that is read."));
  table.push_back(IntSetting<std::size_t>("http.connections_max", "", "connections", 1, 1'000'000,
                                          ENKS_AT(std::size_t, http.connections_max),
                                          "Connections open at once; more are closed at once."));
  table.push_back(DurationSetting("http.header_timeout", "", seconds(1), hours(1),
                                  ENKS_AT(seconds, http.header_timeout),
                                  "How long a client may take to send a request's head."));
  table.push_back(DurationSetting("http.body_timeout", "", seconds(1), hours(1),
                                  ENKS_AT(seconds, http.body_timeout),
                                  "How long a client may take to send a request's body."));
  table.push_back(DurationSetting(
      "http.write_timeout", "", seconds(1), hours(1), ENKS_AT(seconds, http.write_timeout),
      "How long an answer may stand still before the client is dropped."));
  table.push_back(DurationSetting("http.idle_timeout", "", seconds(1), hours(1),
                                  ENKS_AT(seconds, http.idle_timeout),
                                  "How long a connection may stay open between requests."));
  table.push_back(DurationSetting("http.shutdown_grace", "", seconds(0), hours(1),
                                  ENKS_AT(seconds, http.shutdown_grace),
                                  "How long running requests may go on when the server stops."));
}

constexpr std::int64_t kPaddingBytesDefault = 1024;

// Padding of answers. The reference takes anything below one for its default (spec/publish.md
// section 3), an empty variable too.
Setting PaddingSetting(std::string_view name, std::string_view reference, Place<std::size_t> place,
                       std::string_view help) {
  Setting setting = IntSetting<std::size_t>(name, reference, "bytes; below 1 means 1024", 1, 65536,
                                            std::move(place), help);
  setting.set = [set = setting.set](Settings& settings, const RawValue& raw) {
    const auto value = AsInt(raw);
    return set(settings, value && *value < 1 ? RawValue(kPaddingBytesDefault) : raw);
  };
  return setting;
}

void AddPublishSettings(std::vector<Setting>& table) {
  table.push_back(IntSetting<int>("publish.keys_max", "MAX_KEYS_ON_PUBLISH", "keys", 1, 1000,
                                  ENKS_AT(int, publish.rules.keys_max), "Keys in one upload."));
  table.push_back(IntSetting<int>("publish.same_start_max", "MAX_SAME_START_INTERVAL_KEYS", "keys",
                                  1, 1000, ENKS_AT(int, publish.rules.same_start_max),
                                  "Keys of one upload that start in the same interval."));
  table.push_back(DurationSetting("publish.key_age_max", "MAX_INTERVAL_AGE_ON_PUBLISH", hours(1),
                                  hours(24 * 60), ENKS_AT(seconds, publish.rules.key_age_max),
                                  "Keys that ended longer ago are refused."));
  table.push_back(DurationSetting("publish.truncate_window", "TRUNCATE_WINDOW", seconds(1),
                                  hours(24), ENKS_AT(seconds, publish.rules.truncate_window),
                                  "Release times are cut to multiples of this, so they tell no "
                                  "arrival time; exports use it, too."));
  table.push_back(
      IntSetting<int>("publish.onset_days_max", "MAX_SYMPTOM_ONSET_DAYS", "days", 1, 100,
                      ENKS_AT(int, publish.rules.onset_days_max),
                      "Keys further from the symptom onset are dropped with a warning."));
  table.push_back(IntSetting<int>(
      "publish.onset_report_days_max", "MAX_VALID_SYMPTOM_ONSET_REPORT_DAYS", "days", 1, 100,
      ENKS_AT(int, publish.rules.onset_report_days_max), "An older symptom onset is ignored."));
  table.push_back(
      IntSetting<int>("publish.onset_default_days_ago", "DEFAULT_SYMPTOM_ONSET_DAYS_AGO", "days", 0,
                      100, ENKS_AT(int, publish.rules.onset_default_days_ago),
                      "The onset assumed when neither phone nor certificate names a usable one."));
  table.push_back(BoolSetting(
      "publish.release_same_day_keys", "DEBUG_RELEASE_SAME_DAY_KEYS",
      ENKS_AT(bool, publish.rules.release_same_day_keys),
      "For tests only: exports keys that phones still broadcast, which lets others replay them."));
  table.push_back(PaddingSetting("publish.padding_bytes_min", "RESPONSE_PADDING_MIN_BYTES",
                                 ENKS_AT(std::size_t, publish.padding_bytes_min),
                                 "Least random padding of an answer, before base64."));
  table.push_back(
      PaddingSetting("publish.padding_bytes_range", "RESPONSE_PADDING_RANGE",
                     ENKS_AT(std::size_t, publish.padding_bytes_range),
                     "Padding is longer than the least by a random number below this."));
  table.push_back(TextSetting("publish.default_region", "DEFAULT_REGION", "a region name, or empty",
                              ENKS_AT(std::string, publish.default_region),
                              "Region of keys whose app has none."));
  table.push_back(BoolSetting("publish.allow_partial_revisions", "ALLOW_PARTIAL_REVISIONS",
                              ENKS_AT(bool, publish.allow_partial_revisions),
                              "Takes the keys a revision token covers and drops the others."));
  table.push_back(MillisecondsSetting(
      "publish.decoy_latency_max_ms", "CHAFF_REQUEST_MAX_LATENCY_MS", std::chrono::milliseconds(0),
      std::chrono::milliseconds(60'000),
      ENKS_AT(std::chrono::milliseconds, publish.decoy_latency_max),
      "Decoys and refusals wait as long as successful uploads take, but not longer; 0: no limit."));
  table.push_back(BoolSetting("publish.maintenance", "MAINTENANCE_MODE",
                              ENKS_AT(bool, publish.maintenance),
                              "Answers 429 to every upload, whatever `enks maintenance` says."));
  table.push_back(BoolSetting("publish.v1alpha1", "ENABLE_V1ALPHA1_API", ENKS_AT(bool, v1alpha1),
                              "Takes uploads of the older API at `/`, too."));
  table.push_back(DurationSetting("certificates.clock_leeway", "", seconds(0), hours(1),
                                  ENKS_AT(seconds, publish.certificates.clock_leeway),
                                  "How far a health authority's clock may be off."));
  table.push_back(BoolSetting("certificates.require_expiry", "",
                              ENKS_AT(bool, publish.certificates.require_expiry),
                              "Refuses certificates without an exp claim; switch on once your "
                              "verification server sends it."));
  table.push_back(DurationSetting("certificates.lifetime_max", "", seconds(0), hours(24 * 365),
                                  ENKS_AT(seconds, publish.certificates.lifetime_max),
                                  "Longest time from iat to exp; 0s means no limit."));
  table.push_back(
      IntSetting<std::size_t>("certificates.hmac_key_bytes_min", "", "bytes", 0, 64,
                              ENKS_AT(std::size_t, publish.certificates.hmac_key_bytes_min),
                              "Shortest HMAC key a phone may use; 16 is advised."));
}

void AddTokenSettings(std::vector<Setting>& table) {
  table.push_back(TextSetting("tokens.sealing_key", "REVISION_TOKEN_KEY_ID", "file://NAME or NAME",
                              ENKS_AT(std::string, tokens.sealing_key),
                              "Seals the keys of revision tokens that lie in the database."));
  table.push_back(Base64Setting(
      "tokens.additional_data", "REVISION_TOKEN_AAD", ENKS_AT(base::Bytes, tokens.additional),
      "Sealed beside every revision token; tokens made with another do not open."));
  table.push_back(IntSetting<std::size_t>("tokens.entries_min", "REVISION_TOKEN_MIN_LENGTH", "keys",
                                          0, 1000, ENKS_AT(std::size_t, tokens.entries_min),
                                          "A token is as long as if it held so many keys."));
  table.push_back(BoolSetting("tokens.bind_to_app", "", ENKS_AT(bool, tokens.bind_to_app),
                              "A token opens only for the app it was made for; switch off only "
                              "where the reference has to open tokens of enks."));
  table.push_back(DurationSetting("tokens.new_key_period", "NEW_KEY_PERIOD", hours(1),
                                  hours(24 * 365), ENKS_AT(seconds, rotation.new_key_period),
                                  "How old a revision key gets before the next one is made."));
  table.push_back(
      DurationSetting("tokens.delete_old_key_period", "DELETE_OLD_KEY_PERIOD", hours(1),
                      hours(24 * 365), ENKS_AT(seconds, rotation.delete_old_period),
                      "How long a revision key still opens tokens after the next one was made."));
  table.push_back(TextSetting(
      "attestation.policy_file", "", "a TOML file; empty: none",
      ENKS_AT(std::string, attestation_policy_file),
      "Which apps' devices have to attest themselves, and how; `enks attestation example`."));
}

// The reference takes anything below zero for never, as it takes zero (spec/publish.md section 12).
Setting SmallDaysSetting() {
  Setting setting =
      DurationSetting("statistics.small_days_after", "STATS_EMBARGO_PERIOD", seconds(0),
                      hours(24 * 365), ENKS_AT(seconds, statistics.release.small_days_after),
                      "Tells a day of any size so long after its end, 48h or more; 0s never does.");
  setting.set = [set = setting.set](Settings& settings, const RawValue& raw) {
    const auto value = AsSeconds(raw);
    return set(settings, value && *value < seconds(0) ? RawValue("0s") : raw);
  };
  return setting;
}

void AddStatisticsSettings(std::vector<Setting>& table) {
  table.push_back(IntSetting<std::int64_t>(
      "statistics.uploads_min", "STATS_UPLOAD_MINIMUM", "uploads", 10, 1'000'000,
      ENKS_AT(std::int64_t, statistics.release.uploads_min),
      "A day with fewer uploads is not told: the people behind them could be made out."));
  table.push_back(SmallDaysSetting());
  table.push_back(BoolSetting("statistics.show_today", "",
                              ENKS_AT(bool, statistics.release.show_today),
                              "Tells today's finished hours, too, as the reference does; two "
                              "answers an hour apart may then tell a single upload."));
  table.push_back(TextSetting("statistics.audience", "STATS_AUDIENCE", "a name",
                              ENKS_AT(std::string, statistics.token.audience),
                              "The audience (aud) that tokens for statistics have to name."));
  table.push_back(BoolSetting("statistics.require_expiry", "",
                              ENKS_AT(bool, statistics.token.require_expiry),
                              "Refuses tokens for statistics without an exp claim."));
}

void AddExportSettings(std::vector<Setting>& table) {
  constexpr std::int64_t kRecordsMax = 750'000;  // what phones accept in one file
  table.push_back(DurationSetting("export.min_window_age", "MIN_WINDOW_AGE", seconds(0), hours(48),
                                  ENKS_AT(seconds, exports.min_window_age),
                                  "How long a window must be over before it is exported."));
  table.push_back(DurationSetting(
      "export.lease", "WORKER_TIMEOUT", seconds(5), hours(24), ENKS_AT(seconds, exports.lease),
      "A worker that is silent for so long loses its batch to another."));
  table.push_back(IntSetting<std::int64_t>("export.file_min_records", "EXPORT_FILE_MIN_RECORDS",
                                           "keys", 0, kRecordsMax,
                                           ENKS_AT(std::int64_t, exports.file_min_records),
                                           "Smaller files are padded with random keys."));
  table.push_back(
      IntSetting<std::int64_t>("export.file_padding_range", "EXPORT_FILE_PADDING_RANGE", "keys", 0,
                               kRecordsMax, ENKS_AT(std::int64_t, exports.file_padding_range),
                               "The padded size varies at random by up to so many keys."));
  table.push_back(IntSetting<std::int64_t>("export.file_max_records", "EXPORT_FILE_MAX_RECORDS",
                                           "keys", 1, kRecordsMax,
                                           ENKS_AT(std::int64_t, exports.file_max_records),
                                           "Larger windows are split into several files."));
  table.push_back(
      DurationSetting("export.file_ttl", "CLEANUP_TTL", seconds(1), hours(24 * 60),
                      ENKS_AT(seconds, exports.file_ttl),
                      "How long a file stays in the index, and keys and files are kept."));
  table.push_back(
      IntSetting<int>("export.reprocess_count", "REPROCESS_COUNT", "", 0, 1000,
                      ENKS_AT(int, exports.reprocess_count),
                      "Moves names and times of files by so many seconds. For windows that are not "
                      "exported yet; those that are stay as they are."));
  table.push_back(
      BoolSetting("retention.allow_short_ttl", "DEBUG_OVERRIDE_CLEANUP_MIN_DURATION",
                  ENKS_AT(bool, retention.allow_short_ttl),
                  "For tests only: deletes keys although export.file_ttl is below 240h."));
  table.push_back(DurationSetting("files.max_age", "", seconds(0), hours(24 * 365),
                                  ENKS_AT(seconds, serving.file_max_age),
                                  "How long caches may keep an export file; files never change."));
  table.push_back(DurationSetting("files.index_max_age", "", seconds(0), hours(24),
                                  ENKS_AT(seconds, serving.index_max_age),
                                  "How long caches may keep index.txt."));
}

std::vector<Setting> MakeTable() {
  std::vector<Setting> table;
  AddServerSettings(table);
  AddHttpSettings(table);
  AddPublishSettings(table);
  AddTokenSettings(table);
  AddStatisticsSettings(table);
  AddJwksSettings(table);
  AddExportSettings(table);
  AddJobSettings(table);
  return table;
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Setting::Variable() const {
  std::string variable(kOwnVariablePrefix);
  for (const char c : name) {
    variable.push_back(c == '.' ? '_'
                                : static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  }
  return variable;
}

const std::vector<Setting>& SettingsTable() {
  static const std::vector<Setting> table = MakeTable();
  return table;
}

const Setting* FindSetting(std::string_view name) {
  const auto& table = SettingsTable();
  const auto found = std::ranges::find(table, name, &Setting::name);
  return found == table.end() ? nullptr : &*found;
}

std::string_view NearestSetting(std::string_view name) {
  const bool variable = name.starts_with(kOwnVariablePrefix);
  const auto distance = [name, variable](const Setting& setting) {
    return variable ? EditDistance(name, setting.Variable()) : EditDistance(name, setting.name);
  };
  return std::ranges::min_element(SettingsTable(), {}, distance)->name;
}

std::string SettingsFileText(const Settings& settings) {
  std::string text =
      "# Settings of enks. Each line shows the value in force when this file was written; a line\n"
      "# that is removed falls back to the default. `enks settings` explains and checks them.\n"
      "# Every setting can also be given as the environment variable named beside it, or on the\n"
      "# command line as --set NAME=VALUE; the command line wins over variables, variables over\n"
      "# this file.\n";
  std::string_view section;
  for (const Setting& setting : SettingsTable()) {
    const std::size_t dot = setting.name.find('.');
    if (setting.name.substr(0, dot) != section) {
      section = setting.name.substr(0, dot);
      text += fmt::format("\n[{}]\n", section);
    }
    text += fmt::format("\n# {}\n# Allowed: {}. Variable: {}", setting.help, setting.range,
                        setting.Variable());
    if (!setting.reference.empty()) text += fmt::format(" or {}", setting.reference);
    text += fmt::format("\n{} = {}\n", setting.name.substr(dot + 1), setting.get(settings));
  }
  return text;
}

}  // namespace enks::server
