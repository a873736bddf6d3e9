#include "exposure/tek.h"

#include "base/check.h"

namespace enks::exposure {
namespace {

// Indexed by the stored number of the type.
constexpr std::array<const char*, 5> kNames = {"", "confirmed", "likely", "user-report",
                                               "negative"};

}  // namespace

const char* ReportTypeName(ReportType type) {
  const auto number = static_cast<std::size_t>(type);
  ENKS_CHECK(number < kNames.size());
  return kNames[number];
}

std::optional<ReportType> ReportTypeFromName(std::string_view name) {
  for (std::size_t number = 0; number < kNames.size(); ++number) {
    if (name == kNames[number]) return static_cast<ReportType>(number);
  }
  return std::nullopt;
}

}  // namespace enks::exposure
