#include "store/sql/statement_table.h"

#include <algorithm>
#include <array>

namespace enks::store::sql {
namespace {

constexpr std::array<std::string_view, 5> kBeforeTable = {"INTO", "UPDATE", "FROM", "TABLE", "ON"};

bool EndsWord(char c) {
  return c == ' ' || c == '\n' || c == '(' || c == ')' || c == ',';
}

// Cuts the next word off the front of `text`.
std::string_view NextWord(std::string_view& text) {
  const auto begin = std::find_if_not(text.begin(), text.end(), EndsWord);
  const auto end = std::find_if(begin, text.end(), EndsWord);
  const std::string_view word(begin, end);
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  return word;
}

}  // namespace

std::string_view TableOf(Literal statement) {
  std::string_view rest = statement.text();
  const std::string_view first = NextWord(rest);
  for (std::string_view word = first; !word.empty(); word = NextWord(rest)) {
    if (std::find(kBeforeTable.begin(), kBeforeTable.end(), word) == kBeforeTable.end()) continue;
    return NextWord(rest);
  }
  return first;
}

}  // namespace enks::store::sql
