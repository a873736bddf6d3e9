#include "exports/conditions.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace enks::exports {
namespace {

constexpr std::string_view kBlank = " \t";

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string_view WithoutWeakMark(std::string_view tag) {
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

bool HasUnitBytes(std::string_view unit) {
  constexpr std::string_view kBytes = "bytes";
  return std::equal(unit.begin(), unit.end(), kBytes.begin(), kBytes.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

std::optional<std::uint64_t> ReadNumber(std::string_view digits) {
  std::uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// `-500`: the last 500 bytes.
RangeOutcome ReadSuffix(std::string_view digits, std::uint64_t size) {
  const auto length = ReadNumber(digits);
  if (!length) return WholeBody{};
  if (*length == 0 || size == 0) return UnsatisfiableRange{};
  const std::uint64_t served = std::min(*length, size);
  return BytePart{size - served, served};
}

// Whether the value of a header is `*` or a list of tags of which one is the wanted one.
template <typename IsWanted>
bool IsAnyOrHolds(std::string_view value, const IsWanted& is_wanted) {
  std::string_view rest = Trim(value);
  if (rest == "*") return true;
  while (!rest.empty()) {
    // A comma may stand inside a tag, but not in ours: a tag cut in two matches nothing.
    const std::size_t comma = rest.find(',');
    if (is_wanted(Trim(rest.substr(0, comma)))) return true;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return false;
}

}  // namespace

bool NamesETag(std::string_view if_none_match, std::string_view etag) {
  return IsAnyOrHolds(if_none_match, [etag](std::string_view tag) {
    return WithoutWeakMark(tag) == WithoutWeakMark(etag);
  });
}

bool MatchesETag(std::string_view if_match, std::string_view etag) {
  return IsAnyOrHolds(if_match, [etag](std::string_view tag) { return tag == etag; });
}

bool RangeStillValid(std::string_view if_range, std::string_view etag) {
  const std::string_view tag = Trim(if_range);
  return tag.empty() || tag == etag;
}

RangeOutcome ReadRange(std::string_view range, std::uint64_t size) {
  const std::size_t equals = range.find('=');
  if (equals == std::string_view::npos || !HasUnitBytes(Trim(range.substr(0, equals)))) {
    return WholeBody{};
  }
  const std::string_view spec = Trim(range.substr(equals + 1));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return WholeBody{};
  if (dash == 0) return ReadSuffix(spec.substr(1), size);

  const auto first = ReadNumber(spec.substr(0, dash));
  if (!first) return WholeBody{};
  const std::string_view last_digits = spec.substr(dash + 1);
  const auto last = last_digits.empty() ? std::optional(UINT64_MAX) : ReadNumber(last_digits);
  if (!last || *last < *first) return WholeBody{};
  if (*first >= size) return UnsatisfiableRange{};
  return BytePart{*first, std::min(*last, size - 1) - *first + 1};
}

}  // namespace enks::exports
