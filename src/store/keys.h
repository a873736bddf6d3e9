#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "exposure/revision.h"
#include "exposure/statistics.h"

namespace enks::store {

using base::UnixTime;

// What the keys of an upload have in common. The store keeps each distinct origin once and a small
// number with each key, so a key's row says which app and authority it came through, never which
// upload.
struct Origin {
  std::string app;                   // lower-case; empty for padding keys
  std::vector<std::string> regions;  // normalized
  bool traveler = false;
  std::optional<std::int64_t> health_authority_id;  // nothing in bypass mode
  std::string certificate_key_version;              // kid that vouched; for recall by key
  bool generated = false;                           // padding made by the export job
  auto operator<=>(const Origin&) const = default;
};

// One upload that passed validation. All of it is stored, or nothing.
struct KeyUpload {
  std::vector<exposure::AcceptedKey> keys;  // distinct key data, at most a few dozen
  Origin origin;
  exposure::RevisionPolicy policy;
  // Counted for the origin's health authority in the same commit; nothing, or no authority: not
  // counted.
  std::optional<exposure::UploadFacts> facts;
};

// How an upload ended. When refused nothing of it was stored.
struct UploadOutcome {
  exposure::Refusal refusal = exposure::Refusal::kNone;
  exposure::ReportType from = exposure::ReportType::kUnspecified;
  exposure::ReportType to = exposure::ReportType::kUnspecified;
  int inserted = 0;
  int revised = 0;
  int dropped = 0;
  std::vector<exposure::RevisableKey> token_entries;
};

// One key as an export reads it: the values as first published, or as revised.
struct ExportedKey {
  exposure::KeyData key;
  exposure::Interval rolling_start;
  std::int32_t rolling_period = 0;
  std::int32_t transmission_risk = 0;
  exposure::ReportType report_type = exposure::ReportType::kUnspecified;
  std::optional<std::int32_t> days_since_onset;
  UnixTime release_at;  // of the pass that is read
  // Never null while a visitor holds the key, and valid no longer: only the visit may look at it.
  const Origin* origin = nullptr;
};

// Keys that the export job made to hide how many are real, of one origin (`generated` is set).
struct PaddingKeys {
  Origin origin;
  std::vector<exposure::AcceptedKey> keys;  // distinct key data
};

enum class KeyPass {
  kPrimary,  // by release time, values as first published
  kRevised,  // by time of revision, values as revised (divergence E2: the revised risk, too)
};

// Everything the store knows of one key, for `enks explain`.
struct KeyHistory {
  exposure::Interval rolling_start;
  std::int32_t rolling_period = 0;
  std::int32_t transmission_risk = 0;
  exposure::ReportType report_type = exposure::ReportType::kUnspecified;
  std::optional<std::int32_t> days_since_onset;
  UnixTime release_at;
  Origin origin;
  struct Revision {
    UnixTime release_at;
    exposure::ReportType report_type = exposure::ReportType::kUnspecified;
    std::int32_t transmission_risk = 0;
    std::optional<std::int32_t> days_since_onset;
    Origin origin;  // regions are the union of both uploads (divergence P7)
  };
  std::optional<Revision> revision;
};

}  // namespace enks::store
