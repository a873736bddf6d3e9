#pragma once

#include <chrono>
#include <string_view>
#include <vector>

namespace enks::bench {

// The value below which that share of `values`, of which there is at least one, lies.
double Quantile(std::vector<double> values, double share);

double Seconds(std::chrono::nanoseconds span);

// One measured figure with the value of each round, as a line of JSON on standard output. bench/run
// collects the lines; medians, spreads and ratios are its business.
void Report(std::string_view name, std::string_view unit, const std::vector<double>& values);

}  // namespace enks::bench
