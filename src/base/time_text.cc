#include "base/time_text.h"

#include <fmt/core.h>

#include <charconv>

namespace enks::base {
namespace {

// Takes a number of exactly `digits` digits, and `after` behind it unless that is 0.
std::optional<unsigned> TakeNumber(std::string_view& text, std::size_t digits, char after) {
  if (text.size() < digits + (after == 0 ? 0 : 1)) return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || end != text.data() + digits) return std::nullopt;
  text.remove_prefix(digits);
  if (after == 0) return value;
  if (text.front() != after) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

std::optional<std::chrono::sys_days> TakeDate(std::string_view& text) {
  const auto year = TakeNumber(text, 4, '-');
  if (!year || *year == 0) return std::nullopt;
  const auto month = TakeNumber(text, 2, '-');
  if (!month) return std::nullopt;
  const auto day = TakeNumber(text, 2, 0);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

}  // namespace

std::string FormatTime(UnixTime time) {
  using std::chrono::sys_days;
  // Not with {fmt}'s own: it goes through nanoseconds, which overflow after the year 2262.
  static constexpr sys_days kFirst{std::chrono::year{1} / 1 / 1};
  static constexpr sys_days kAfterLast{std::chrono::year{10000} / 1 / 1};
  if (time < kFirst || time >= kAfterLast) {
    return fmt::format("{}", time.time_since_epoch().count());
  }
  const sys_days day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<UnixTime> ParseTime(std::string_view text) {
  const auto date = TakeDate(text);
  if (!date) return std::nullopt;
  if (text.empty()) return UnixTime(*date);
  if (text.front() != 'T') return std::nullopt;
  text.remove_prefix(1);
  const auto hour = TakeNumber(text, 2, ':');
  if (!hour || *hour > 23) return std::nullopt;
  const auto minute = TakeNumber(text, 2, ':');
  if (!minute || *minute > 59) return std::nullopt;
  const auto second = TakeNumber(text, 2, 'Z');
  if (!second || *second > 59 || !text.empty()) return std::nullopt;
  return UnixTime(*date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace enks::base
