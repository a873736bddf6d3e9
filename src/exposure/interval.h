#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

#include "base/clock.h"

namespace enks::exposure {

using base::UnixTime;

// Ten minutes, the unit in which keys and identifiers live.
inline constexpr std::chrono::seconds kIntervalLength{600};

// ENIntervalNumber of the Exposure Notification cryptography specification v1.2,
// "ENIntervalNumber": unix seconds / 600, counted from 1970-01-01T00:00Z. Signed 32-bit as on the
// wire, so clients may send any value; arithmetic is done in 64 bits by the functions that need it.
struct Interval {
  std::int32_t number = 0;
  auto operator<=>(const Interval&) const = default;
};

// The interval that contains `time`. Saturates at the ends of the 32-bit range.
Interval IntervalAt(UnixTime time);

// The first second of `interval`.
UnixTime StartOf(Interval interval);

// `time` cut down to its UTC midnight.
UnixTime UtcMidnight(UnixTime time);

// The largest multiple of `window` that is not after `time`, multiples being counted from
// 0001-01-01T00:00Z as the reference counts them (the same as counting from 1970 for every window
// that divides a day). A window of zero or less leaves the time as it is.
UnixTime TruncateTo(UnixTime time, std::chrono::seconds window);

// Whole UTC days from the day of `from` to the day of `to`; negative if `to` is earlier.
std::int32_t DaysBetween(Interval from, Interval to);

}  // namespace enks::exposure
