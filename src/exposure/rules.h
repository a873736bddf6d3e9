#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exposure/tek.h"

// The rules that decide which keys of an upload are accepted and what is derived from them:
// spec/publish.md sections 6 (validation), 7 (truncation and embargo), 8 (symptom onset) and 9
// (transmission risk). Pure functions; no I/O, no clock.
namespace enks::exposure {

// Limits that an operator may set. Defaults are the reference's (spec/publish.md section 12).
struct UploadRules {
  int keys_max = 30;                             // MAX_KEYS_ON_PUBLISH
  int same_start_max = 3;                        // MAX_SAME_START_INTERVAL_KEYS
  std::chrono::seconds key_age_max{360 * 3600};  // MAX_INTERVAL_AGE_ON_PUBLISH
  std::chrono::seconds truncate_window{3600};    // TRUNCATE_WINDOW
  int onset_days_max = 14;                       // MAX_SYMPTOM_ONSET_DAYS
  int onset_report_days_max = 28;                // MAX_VALID_SYMPTOM_ONSET_REPORT_DAYS
  int onset_default_days_ago = 4;                // DEFAULT_SYMPTOM_ONSET_DAYS_AGO
  bool release_same_day_keys = false;            // DEBUG_RELEASE_SAME_DAY_KEYS: no embargo
};

// One key as a phone sent it: nothing has been checked but the JSON types.
struct SubmittedKey {
  std::string key_base64;  // as sent
  std::int32_t rolling_start = 0;
  std::int32_t rolling_period = 0;
  std::int64_t transmission_risk = 0;
};

// What the verification certificate vouches for; absent in bypass mode.
struct Diagnosis {
  ReportType report_type = ReportType::kUnspecified;
  std::int32_t symptom_onset = 0;  // interval number as claimed, 0 when not claimed
};

// A key that passed, with everything derived.
struct AcceptedKey {
  KeyData key;
  Interval rolling_start;
  std::int32_t rolling_period = 0;
  std::int32_t transmission_risk = 0;  // after backfill
  ReportType report_type = ReportType::kUnspecified;
  std::int32_t days_since_onset = 0;
  UnixTime release_at;  // `created_at` of the reference: truncated, or later under embargo
};

struct Assessment {
  // Nothing of the upload may be stored, and `accepted` is empty: either the request as a whole is
  // refused, or no key passed and at least one of them failed validation. An upload whose keys were
  // all dropped for their onset is not refused (divergence P10).
  bool refused = false;
  // Why the request as a whole is refused: no keys, too many, an overlap, too many with the same
  // start. Empty when each key stands for itself.
  std::string refusal;
  std::vector<AcceptedKey> accepted;  // one per key, the last of equal keys winning
  std::vector<std::string> errors;    // one per key that failed validation, in the reference's form
  std::vector<std::string> warnings;  // keys dropped for their symptom onset
  // Days since the onset; nothing if neither request nor certificate named a usable one.
  std::optional<std::int32_t> onset_days_ago;
};

// Assesses the keys of one upload received at `now`. `request_onset` is the request's
// symptomOnsetInterval. All texts name keys by their index, never by their data.
Assessment Assess(const std::vector<SubmittedKey>& keys, std::int32_t request_onset,
                  const std::optional<Diagnosis>& diagnosis, UnixTime now,
                  const UploadRules& rules);

// The list form of spec/publish.md section 6 ("N error(s) occurred:" and a line an error).
std::string FormatErrorList(const std::vector<std::string>& errors);

// When a key may be exported (section 7).
UnixTime ReleaseTime(Interval rolling_start, std::int32_t rolling_period, UnixTime now,
                     const UploadRules& rules);

// The transmission risk to store for a certified report type (section 9).
std::int32_t BackfillTransmissionRisk(std::int32_t provided, ReportType report_type);

}  // namespace enks::exposure
