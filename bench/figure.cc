#include "figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/check.h"

namespace enks::bench {

double Quantile(std::vector<double> values, double share) {
  ENKS_CHECK(!values.empty());
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double Seconds(std::chrono::nanoseconds span) {
  return std::chrono::duration<double>(span).count();
}

void Report(std::string_view name, std::string_view unit, const std::vector<double>& values) {
  fmt::print("{{\"figure\":\"{}\",\"unit\":\"{}\",\"rounds\":[{:.6g}]}}\n", name, unit,
             fmt::join(values, ","));
  std::fflush(stdout);
}

}  // namespace enks::bench
