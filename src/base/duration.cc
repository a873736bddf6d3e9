#include "base/duration.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace enks::base {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Longer names first, so that "ms" is not read as "m".
constexpr std::array<Unit, 6> kUnits = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", 1'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"h", 3'600'000'000'000}}};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

struct Number {
  std::int64_t whole = 0;
  long double fraction = 0;  // 0 to below 1
};

// Takes digits off the front of `text`. False if there are too many to be a number of anything.
bool TakeDigits(std::string_view& text, std::int64_t& number) {
  while (!text.empty() && IsDigit(text.front())) {
    const std::int64_t digit = text.front() - '0';
    if (number > (kMax - digit) / 10) return false;
    number = number * 10 + digit;
    text.remove_prefix(1);
  }
  return true;
}

// Takes digits with at most one point, and at least one digit, off the front of `text`.
std::optional<Number> TakeNumber(std::string_view& text) {
  Number number;
  const std::size_t before = text.size();
  if (!TakeDigits(text, number.whole)) return std::nullopt;
  bool any = text.size() < before;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    for (long double place = 0.1L; !text.empty() && IsDigit(text.front()); place /= 10) {
      number.fraction += place * static_cast<long double>(text.front() - '0');
      text.remove_prefix(1);
      any = true;
    }
  }
  if (!any) return std::nullopt;
  return number;
}

std::optional<std::int64_t> TakeUnit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.nanoseconds;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::nanoseconds> ParseDuration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto number = TakeNumber(text);
    const auto unit = TakeUnit(text);
    if (!number || !unit) return std::nullopt;
    if (number->whole > (kMax - total) / *unit) return std::nullopt;
    total += number->whole * *unit;
    const auto part =
        static_cast<std::int64_t>(std::llround(number->fraction * static_cast<long double>(*unit)));
    if (part > kMax - total) return std::nullopt;
    total += part;
  }
  return std::chrono::nanoseconds(negative ? -total : total);
}

std::string FormatDuration(std::chrono::nanoseconds duration) {
  std::int64_t rest = duration.count();
  if (rest == 0) return "0s";
  std::string text;
  if (rest < 0) {
    text = "-";
    rest = -rest;
  }
  for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
    const std::int64_t count = rest / unit->nanoseconds;
    if (count == 0) continue;
    text += std::to_string(count);
    text += unit->name;
    rest -= count * unit->nanoseconds;
  }
  return text;
}

std::string FormatGoDuration(std::chrono::seconds duration) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  std::string text = duration.count() < 0 ? "-" : "";
  const std::int64_t rest = duration.count() < 0 ? -duration.count() : duration.count();
  if (rest >= kHour) text += std::to_string(rest / kHour) + "h";
  if (rest >= kMinute) text += std::to_string(rest % kHour / kMinute) + "m";
  return text + std::to_string(rest % kMinute) + "s";
}

}  // namespace enks::base
