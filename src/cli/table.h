#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace enks::cli {

// Prints rows under a heading with aligned columns; says `nothing` where there are no rows.
void PrintTable(std::FILE* out, const std::vector<std::string>& heading,
                const std::vector<std::vector<std::string>>& rows, const char* nothing);

// "US, CA"; a dash when empty.
std::string JoinNames(const std::vector<std::string>& names);
std::string JoinIds(const std::vector<std::int64_t>& ids);

}  // namespace enks::cli
