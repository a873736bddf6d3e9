#include "exposure/region.h"

#include <fmt/core.h>

#include <algorithm>

namespace enks::exposure {
namespace {

constexpr std::size_t kRegionBytesMax = 64;
constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

// ASCII letters only, whatever the locale of the process.
std::string ToUpper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

bool HasControlCharacter(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

// What is wrong with a name after trimming, or null. The name itself stays out of the message: it
// may be what makes a log line unreadable.
const char* RegionFault(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kRegionBytesMax) return "is longer than 64 bytes";
  if (HasControlCharacter(name)) return "has a control character";
  return nullptr;
}

// Whether two sorted lists have an element in common.
bool Overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() && right != b.end()) {
    const int order = left->compare(*right);
    if (order == 0) return true;
    if (order < 0) ++left;
    if (order > 0) ++right;
  }
  return false;
}

}  // namespace

Result<std::vector<std::string>> NormalizeRegions(const std::vector<std::string>& regions) {
  std::vector<std::string> names;
  names.reserve(regions.size());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const std::string_view name = Trim(regions[i]);
    if (const char* fault = RegionFault(name)) {
      return absl::InvalidArgumentError(fmt::format("region {} {}", i + 1, fault));
    }
    names.push_back(ToUpper(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool Selects(const KeySelection& selection, const std::vector<std::string>& regions,
             bool traveler) {
  if (selection.only_non_travelers && traveler) return false;
  // An excluded region wins over include_travelers: the operator named it.
  if (Overlap(regions, selection.exclude_regions)) return false;
  if (selection.include_regions.empty()) return true;
  return Overlap(regions, selection.include_regions) || (selection.include_travelers && traveler);
}

}  // namespace enks::exposure
