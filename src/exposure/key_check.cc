#include "exposure/key_check.h"

#include <fmt/core.h>

#include "base/base64.h"

namespace enks::exposure {
namespace {

KeyCheck Fault(std::string text) {
  return {std::nullopt, std::move(text)};
}

// What is wrong with the numbers of a key, or an empty text. Sums are made in 64 bits: a start near
// the end of the 32-bit range is refused as lying in the future, where the reference wraps around
// and calls it too old. Refused it is in both.
std::string NumberFault(const SubmittedKey& key, const KeyLimits& limits) {
  if (key.rolling_period < 1 || key.rolling_period > kRollingPeriodMax) {
    return fmt::format("rolling period {} is not between 1 and {}", key.rolling_period,
                       kRollingPeriodMax);
  }
  // The end counts, not the start: a key that was in use inside the permitted age is of use.
  if (std::int64_t{key.rolling_start} + key.rolling_period < limits.oldest_end.number) {
    return fmt::format("rolling start {} is too old, the key must not end before {}",
                       key.rolling_start, limits.oldest_end.number);
  }
  if (key.rolling_start > limits.newest_start.number) {
    return fmt::format("rolling start {} is in the future, it must be at most {}",
                       key.rolling_start, limits.newest_start.number);
  }
  if (key.transmission_risk < 0 || key.transmission_risk > kTransmissionRiskMax) {
    return fmt::format("transmission risk {} is not between 0 and {}", key.transmission_risk,
                       kTransmissionRiskMax);
  }
  return {};
}

}  // namespace

KeyLimits LimitsAt(UnixTime now, const UploadRules& rules) {
  return {IntervalAt(now - rules.key_age_max), IntervalAt(now)};
}

KeyCheck CheckKey(const SubmittedKey& key, const KeyLimits& limits) {
  const std::optional<base::Bytes> bytes = base::FromAnyBase64(key.key_base64);
  if (!bytes) return Fault("key is not base64");
  const std::optional<KeyData> data = KeyData::From(*bytes);
  if (!data) {
    return Fault(fmt::format("key is {} bytes long, not {}", bytes->size(), KeyData::kSize));
  }
  std::string fault = NumberFault(key, limits);
  if (!fault.empty()) return Fault(std::move(fault));
  return {data, {}};
}

}  // namespace enks::exposure
