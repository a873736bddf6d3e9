#include "cli/table.h"

#include <fmt/format.h>

#include <algorithm>

namespace enks::cli {
namespace {

void PrintRow(std::FILE* out, const std::vector<std::string>& row,
              const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool last = i + 1 == row.size();
    line += last ? row[i] : fmt::format("{:<{}}  ", row[i], widths[i]);
  }
  fmt::print(out, "{}\n", line);
}

}  // namespace

void PrintTable(std::FILE* out, const std::vector<std::string>& heading,
                const std::vector<std::vector<std::string>>& rows, const char* nothing) {
  if (rows.empty()) {
    fmt::print(out, "{}\n", nothing);
    return;
  }
  std::vector<std::size_t> widths;
  for (const std::string& title : heading) widths.push_back(title.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  PrintRow(out, heading, widths);
  for (const auto& row : rows) PrintRow(out, row, widths);
}

std::string JoinNames(const std::vector<std::string>& names) {
  return names.empty() ? "-" : fmt::format("{}", fmt::join(names, ", "));
}

std::string JoinIds(const std::vector<std::int64_t>& ids) {
  return ids.empty() ? "-" : fmt::format("{}", fmt::join(ids, ", "));
}

}  // namespace enks::cli
