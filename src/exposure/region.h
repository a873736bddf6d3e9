#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace enks::exposure {

// Region names as they are stored and compared: trimmed and upper-case ASCII, sorted, each once.
// Refuses an empty name, one longer than 64 bytes and control characters, naming the fault.
Result<std::vector<std::string>> NormalizeRegions(const std::vector<std::string>& regions);

// What a batch selects (spec/export-pipeline.md section 2). Filters apply for any number of regions
// (divergence E1: the reference filters only when a list has exactly one element).
struct KeySelection {
  std::vector<std::string> include_regions;  // normalized; empty selects every region
  std::vector<std::string> exclude_regions;  // normalized
  bool include_travelers = false;            // travelers' keys from any region, too
  bool only_non_travelers = false;
};

// Whether keys with these regions and this traveler flag are selected. `regions` is normalized.
bool Selects(const KeySelection& selection, const std::vector<std::string>& regions, bool traveler);

}  // namespace enks::exposure
