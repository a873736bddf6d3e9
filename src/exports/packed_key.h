#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "exportfile/format.h"
#include "store/keys.h"

namespace enks::exports {

// One key as the export job keeps it in memory: millions of these are sorted at a time, so it is as
// small as the values allow. A value.
struct PackedKey {
  static constexpr std::int8_t kNoOnset = std::numeric_limits<std::int8_t>::min();

  exposure::KeyData key;
  std::int32_t rolling_start = 0;
  std::uint8_t rolling_period = 0;
  std::uint8_t transmission_risk = 0;
  exposure::ReportType report_type = exposure::ReportType::kUnspecified;
  std::int8_t days_since_onset = kNoOnset;
};
static_assert(sizeof(PackedKey) == 24);

// Nothing if a value lies outside what the protocol can mean, so that phones would refuse the key.
std::optional<PackedKey> Pack(const store::ExportedKey& key);

exportfile::WireKey ToWireKey(const PackedKey& key);

}  // namespace enks::exports
