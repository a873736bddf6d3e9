#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

// Conditional and range requests (RFC 9110 sections 13 and 14), as far as a server of files that
// never change needs them. Pure functions on header values.
namespace enks::exports {

// Whether an If-None-Match value names `etag` (strong, quotes included): `*`, or a list that holds
// it. Compares weakly, as RFC 9110 section 13.1.2 demands for this header.
bool NamesETag(std::string_view if_none_match, std::string_view etag);

// Whether an If-Match value admits an object that is there and has `etag`: `*`, or a list that
// holds it. Compares strongly, as section 13.1.1 demands for this header: weak tags match nothing.
bool MatchesETag(std::string_view if_match, std::string_view etag);

// Whether a range may be served under this If-Range value, which is empty when the header is
// absent. Dates and weak tags never qualify (section 13.1.5): then the whole file goes out.
bool RangeStillValid(std::string_view if_range, std::string_view etag);

struct WholeBody {
  bool operator==(const WholeBody&) const = default;
};
struct BytePart {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // at least 1
  bool operator==(const BytePart&) const = default;
};
struct UnsatisfiableRange {
  bool operator==(const UnsatisfiableRange&) const = default;
};
using RangeOutcome = std::variant<WholeBody, BytePart, UnsatisfiableRange>;

// What a Range value means for a body of `size` bytes. An absent, malformed or foreign one is
// ignored, as section 14.2 allows, and so is one with several parts: no phone asks for that, and
// overlapping parts are a known way to make a server work hard.
RangeOutcome ReadRange(std::string_view range, std::uint64_t size);

}  // namespace enks::exports
