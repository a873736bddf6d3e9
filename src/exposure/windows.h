#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "exposure/interval.h"

namespace enks::exposure {

// A half-open span of release times: start inclusive, end exclusive.
struct Window {
  UnixTime start;
  UnixTime end;
  bool operator==(const Window&) const = default;
};

// Why a period is not usable for an export configuration, or nothing: 1 s <= period <= 24 h and a
// whole number of periods must make a day (spec/export-pipeline.md section 1).
std::optional<const char*> PeriodFault(std::chrono::seconds period);

// The windows that are due at `now` for a configuration with `period` whose next window starts at
// `start`: the end of its newest batch, or where its first one begins (spec/export-pipeline.md
// section 3; divergence E34). `min_age` is how long a window must be over,
// `truncate_window` the publish truncation. Windows follow each other without gap or overlap: after
// a change of period the first new window is cut to fall back into step (divergence E24). With
// `config_thru` set, windows are created up to it and the last one is cut there (divergence E23).
// At most `count_max` windows are returned, oldest first; the rest follow at the next call.
std::vector<Window> DueWindows(std::chrono::seconds period, UnixTime start, UnixTime now,
                               std::chrono::seconds min_age, std::chrono::seconds truncate_window,
                               std::optional<UnixTime> config_thru, std::size_t count_max);

}  // namespace enks::exposure
