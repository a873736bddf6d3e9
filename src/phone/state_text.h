#pragma once

#include <charconv>
#include <string_view>
#include <vector>

// Reading the small texts that phones keep or fetch: lines, words and numbers.
namespace enks::phone {

// The pieces of `text` between separators, empty ones included. Views into `text`.
inline std::vector<std::string_view> SplitAt(char separator, std::string_view text) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

// Whether all of `text` is a decimal number that fits; then it is in `out`.
template <typename Integer>
bool ReadNumber(std::string_view text, Integer& out) {
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, out);
  return fault == std::errc() && stop == end;
}

}  // namespace enks::phone
