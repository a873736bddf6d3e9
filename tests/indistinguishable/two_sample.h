#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace enks::tests {

// The two-sample Kolmogorov-Smirnov statistic: the largest difference between the shares of either
// sample that lie at or below some value. Whoever is shown one value and guesses by any threshold
// from which sample it came is right with a probability of at most (1 + this) / 2, up to the error
// of sampling.
inline double Distance(std::vector<double> one, std::vector<double> other) {
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  double distance = 0;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < one.size() && j < other.size()) {
    const double value = std::min(one[i], other[j]);
    while (i < one.size() && one[i] <= value) ++i;
    while (j < other.size() && other[j] <= value) ++j;
    const double share = static_cast<double>(i) / static_cast<double>(one.size());
    const double other_share = static_cast<double>(j) / static_cast<double>(other.size());
    distance = std::max(distance, std::max(share - other_share, other_share - share));
  }
  return distance;
}

}  // namespace enks::tests
