#include "exposure/interval.h"

#include <algorithm>
#include <limits>

namespace enks::exposure {
namespace {

// Seconds from 0001-01-01T00:00Z to 1970-01-01T00:00Z, the two zeros that TruncateTo() reconciles.
constexpr std::int64_t kYearOneToUnix = 62'135'596'800;

// The remainder of a division that rounds down, so that times before 1970 are cut down as well.
constexpr std::int64_t FloorMod(std::int64_t value, std::int64_t divisor) {
  const std::int64_t rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

std::chrono::sys_days DayOf(Interval interval) {
  return std::chrono::floor<std::chrono::days>(StartOf(interval));
}

}  // namespace

Interval IntervalAt(UnixTime time) {
  const std::int64_t seconds = time.time_since_epoch().count();
  const std::int64_t length = kIntervalLength.count();
  const std::int64_t number = seconds / length - (seconds % length < 0 ? 1 : 0);
  return {static_cast<std::int32_t>(std::clamp<std::int64_t>(
      number, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()))};
}

UnixTime StartOf(Interval interval) {
  return UnixTime(kIntervalLength * interval.number);
}

UnixTime UtcMidnight(UnixTime time) {
  return std::chrono::floor<std::chrono::days>(time);
}

UnixTime TruncateTo(UnixTime time, std::chrono::seconds window) {
  const std::int64_t length = window.count();
  if (length <= 0) return time;
  // (time + kYearOneToUnix) mod length, without a sum that could overflow.
  const std::int64_t rest = FloorMod(time.time_since_epoch().count(), length);
  const std::int64_t to_wrap = length - FloorMod(kYearOneToUnix, length);
  const std::int64_t past = rest >= to_wrap ? rest - to_wrap : rest + (length - to_wrap);
  return time - std::chrono::seconds(past);
}

std::int32_t DaysBetween(Interval from, Interval to) {
  // The 32-bit intervals span less than 30 million days, so the difference always fits.
  return static_cast<std::int32_t>((DayOf(to) - DayOf(from)).count());
}

}  // namespace enks::exposure
