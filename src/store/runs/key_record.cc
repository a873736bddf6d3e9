#include "store/runs/key_record.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace enks::store::runs {
namespace {

using exposure::AcceptedKey;

bool FitsRecord(const AcceptedKey& key) {
  // The least value of 16 bits stands for "no onset known" in a record.
  constexpr std::int32_t kDaysMax = std::numeric_limits<std::int16_t>::max();
  return key.rolling_period >= 1 && key.rolling_period <= exposure::kRollingPeriodMax &&
         key.transmission_risk >= 0 && key.transmission_risk <= exposure::kTransmissionRiskMax &&
         key.days_since_onset >= -kDaysMax && key.days_since_onset <= kDaysMax;
}

bool AllDistinct(const std::vector<AcceptedKey>& keys) {
  std::vector<exposure::KeyData> sorted;
  sorted.reserve(keys.size());
  for (const AcceptedKey& key : keys) sorted.push_back(key.key);
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
}

}  // namespace

KeyRecord PrimaryRecord(const AcceptedKey& key, std::uint32_t origin_id) {
  return {.key = key.key,
          .rolling_start = key.rolling_start,
          .rolling_period = key.rolling_period,
          .transmission_risk = key.transmission_risk,
          .report_type = key.report_type,
          .original_report_type = key.report_type,
          .days_since_onset = key.days_since_onset,
          .origin_id = origin_id};
}

KeyRecord RevisedRecord(const KeyRecord& primary, const AcceptedKey& revision,
                        std::uint32_t origin_id) {
  KeyRecord record = PrimaryRecord(revision, origin_id);
  record.rolling_start = primary.rolling_start;
  record.rolling_period = primary.rolling_period;
  record.original_report_type = primary.report_type;
  return record;
}

Status CheckStorable(const std::vector<AcceptedKey>& keys) {
  if (!std::all_of(keys.begin(), keys.end(), FitsRecord)) {
    return absl::InvalidArgumentError("an upload holds a key with values out of range");
  }
  if (!AllDistinct(keys)) return absl::InvalidArgumentError("an upload holds a key twice");
  return absl::OkStatus();
}

}  // namespace enks::store::runs
