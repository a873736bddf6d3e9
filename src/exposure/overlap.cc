#include "exposure/overlap.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

namespace enks::exposure {
namespace {

// In 64 bits: the sum of two 32-bit numbers.
std::int64_t EndOf(const KeySpan& span) {
  return std::int64_t{span.start.number} + span.period;
}

void SortByTime(std::vector<KeySpan>& spans) {
  std::sort(spans.begin(), spans.end(), [](const KeySpan& a, const KeySpan& b) {
    return std::tie(a.start, a.period, a.index) < std::tie(b.start, b.period, b.index);
  });
}

// `spans` is sorted, so the neighbour before a key that starts anew is the longest of its group.
std::string OverlapFault(std::span<const KeySpan> spans) {
  for (std::size_t i = 1; i < spans.size(); ++i) {
    const KeySpan& before = spans[i - 1];
    const KeySpan& here = spans[i];
    if (here.start == before.start || here.start.number >= EndOf(before)) continue;
    return fmt::format(
        "keys {} and {} overlap without the same start: one lasts from {} to {}, the other starts "
        "at {}",
        before.index, here.index, before.start.number, EndOf(before), here.start.number);
  }
  return {};
}

std::string ListIndices(std::span<const KeySpan> group) {
  std::vector<std::size_t> indices;
  for (const KeySpan& span : group) indices.push_back(span.index);
  std::sort(indices.begin(), indices.end());
  return fmt::format("{}", fmt::join(indices, ", "));
}

std::string SameStartFault(std::span<const KeySpan> spans, int same_start_max) {
  for (std::size_t begin = 0, end = 0; begin < spans.size(); begin = end) {
    while (end < spans.size() && spans[end].start == spans[begin].start) ++end;
    const std::size_t count = end - begin;
    if (std::cmp_less_equal(count, same_start_max)) continue;
    return fmt::format("{} keys start at {}, at most {} may: keys {}", count,
                       spans[begin].start.number, same_start_max,
                       ListIndices(spans.subspan(begin, count)));
  }
  return {};
}

}  // namespace

std::string SpanFault(std::vector<KeySpan> spans, int same_start_max) {
  SortByTime(spans);
  std::string fault = OverlapFault(spans);
  return fault.empty() ? SameStartFault(spans, same_start_max) : fault;
}

}  // namespace enks::exposure
