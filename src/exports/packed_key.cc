#include "exports/packed_key.h"

namespace enks::exports {
namespace {

constexpr std::int32_t kByteMax = std::numeric_limits<std::uint8_t>::max();
constexpr std::int32_t kOnsetMax = std::numeric_limits<std::int8_t>::max();

bool FitsByte(std::int32_t value) {
  return value >= 0 && value <= kByteMax;
}

}  // namespace

std::optional<PackedKey> Pack(const store::ExportedKey& key) {
  const std::int32_t onset = key.days_since_onset.value_or(0);
  if (!FitsByte(key.rolling_period) || !FitsByte(key.transmission_risk) || onset < -kOnsetMax ||
      onset > kOnsetMax) {
    return std::nullopt;
  }
  PackedKey packed;
  packed.key = key.key;
  packed.rolling_start = key.rolling_start.number;
  packed.rolling_period = static_cast<std::uint8_t>(key.rolling_period);
  packed.transmission_risk = static_cast<std::uint8_t>(key.transmission_risk);
  packed.report_type = key.report_type;
  if (key.days_since_onset) packed.days_since_onset = static_cast<std::int8_t>(onset);
  return packed;
}

exportfile::WireKey ToWireKey(const PackedKey& key) {
  exportfile::WireKey wire;
  wire.key = key.key;
  wire.transmission_risk = key.transmission_risk;
  wire.rolling_start = exposure::Interval{key.rolling_start};
  wire.rolling_period = key.rolling_period;
  wire.report_type = exportfile::ToWire(key.report_type);
  if (key.days_since_onset != PackedKey::kNoOnset) wire.days_since_onset = key.days_since_onset;
  return wire;
}

}  // namespace enks::exports
