#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "exposure/rules.h"
#include "store/keys.h"

namespace enks::store::runs {

// A row of key_run, by number. Numbers start at 1 and are never used again, so a number that has no
// row any more names a run that was deleted.
using RunId = std::uint32_t;
inline constexpr RunId kNoRun = 0;

// Where a key lies: a run holds keys of one pass and one release time.
struct RunSlot {
  KeyPass pass = KeyPass::kPrimary;
  UnixTime release_at;
  auto operator<=>(const RunSlot&) const = default;
};

// One key as a run holds it: in a primary run with the values as first published, in a revised run
// with the revised ones.
struct KeyRecord {
  exposure::KeyData key;
  exposure::Interval rolling_start;
  std::int32_t rolling_period = 0;
  std::int32_t transmission_risk = 0;
  exposure::ReportType report_type = exposure::ReportType::kUnspecified;
  // As first published; in a primary run the same as report_type.
  exposure::ReportType original_report_type = exposure::ReportType::kUnspecified;
  std::optional<std::int32_t> days_since_onset;
  std::uint32_t origin_id = 0;  // row of key_origin
  bool operator==(const KeyRecord&) const = default;
};

// The record of a key as it is first published.
KeyRecord PrimaryRecord(const exposure::AcceptedKey& key, std::uint32_t origin_id);

// The record of a revision. The start and length of a key are what its identifiers were made from
// and never change: they are taken from what is stored.
KeyRecord RevisedRecord(const KeyRecord& primary, const exposure::AcceptedKey& revision,
                        std::uint32_t origin_id);

// kInvalidArgument unless every key fits a record and no key data comes twice.
Status CheckStorable(const std::vector<exposure::AcceptedKey>& keys);

}  // namespace enks::store::runs
