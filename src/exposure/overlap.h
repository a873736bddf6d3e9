#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "exposure/interval.h"

// The rules on the keys of one upload taken together: spec/publish.md section 6, "After per-key
// steps". They refuse the whole upload, as the reference does, and name the keys (divergence P20).
namespace enks::exposure {

// The life of one key that passed the checks of its own.
struct KeySpan {
  std::size_t index = 0;  // the key's place in the upload, by which faults name it
  Interval start;
  std::int32_t period = 0;
};

// Why these keys cannot come from one phone, or an empty text: two keys overlap without starting
// together, or more than `same_start_max` start together. An overlap is reported first.
std::string SpanFault(std::vector<KeySpan> spans, int same_start_max);

}  // namespace enks::exposure
