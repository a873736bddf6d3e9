#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace enks::base {

// RFC 3339 in UTC: `2026-11-22T06:00:00Z`. A time that it cannot say, outside the years 1 to 9999,
// is written as its unix seconds.
std::string FormatTime(UnixTime time);

// Reads `2026-11-22T06:00:00Z` or a date `2026-11-22` (its midnight). Nothing for other text, for
// dates that do not exist and for years before 1 or after 9999.
std::optional<UnixTime> ParseTime(std::string_view text);

}  // namespace enks::base
