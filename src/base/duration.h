#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace enks::base {

// Reads a duration as the reference's settings spell it (Go syntax): `1h30m`, `300ms`, `-5s`, `0`.
// Units ns, us, ms, s, m and h; a bare number other than 0 has no unit and is refused. Fractions
// (`1.5h`) are taken. Nothing if the text is not a duration or does not fit 64-bit nanoseconds.
std::optional<std::chrono::nanoseconds> ParseDuration(std::string_view text);

// The shortest such spelling: `336h`, `1h30m`, `250ms`, `0s`.
std::string FormatDuration(std::chrono::nanoseconds duration);

// What Go prints, where a client may compare texts: `336h0m0s`, `1h30m0s`, `1m0s`, `0s`.
std::string FormatGoDuration(std::chrono::seconds duration);

}  // namespace enks::base
