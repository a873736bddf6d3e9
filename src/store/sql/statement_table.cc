#include "store/sql/statement_table.h"

#include <algorithm>
#include <array>
#include <span>

namespace enks::store::sql {
namespace {

constexpr std::array<std::string_view, 5> kBeforeTable = {"INTO", "UPDATE", "FROM", "TABLE", "ON"};

// What may stand between the two.
constexpr std::array<std::string_view, 3> kBetween = {"IF", "NOT", "EXISTS"};

bool IsIn(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

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
  bool table_follows = IsIn(kBeforeTable, first);
  for (std::string_view word = NextWord(rest); !word.empty(); word = NextWord(rest)) {
    if (IsIn(kBeforeTable, word)) {
      table_follows = true;
    } else if (table_follows && !IsIn(kBetween, word)) {
      return word;
    }
  }
  return first;
}

}  // namespace enks::store::sql
