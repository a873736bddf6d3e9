#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stats/release.h"

// Statistics as text (spec/stats-api.md section 2).
namespace enks::stats {

// The body of a successful answer.
std::string MakeDaysBody(const std::vector<Day>& days, std::string_view padding);

// The body of a refusal. `code` and `error` as the reference has them.
std::string MakeErrorBody(std::string_view error, std::string_view code, std::string_view padding);

// One line a day behind a line of titles, distributions joined by `|`; nothing at all for no days.
std::string MakeCsv(const std::vector<Day>& days);

}  // namespace enks::stats
