#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace enks::json {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// One character at the start of a text.
struct DecodedCharacter {
  char32_t code = kReplacementCharacter;
  std::size_t bytes = 1;
  bool valid = false;
};

// Reads the first character of `text`, which is not empty. Where no valid UTF-8 stands (overlong
// forms, surrogates and anything beyond U+10FFFF are none), one byte is taken as U+FFFD: the rule
// of the reference, so that both read the same broken text alike.
DecodedCharacter DecodeUtf8(std::string_view text);

// Appends `code`, a character that is no surrogate.
void AppendUtf8(char32_t code, std::string& out);

}  // namespace enks::json
