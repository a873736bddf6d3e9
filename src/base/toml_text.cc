#include "base/toml_text.h"

#include <fmt/format.h>
#define TOML_EXCEPTIONS 0
// A mistyped line such as `[*server]` trips an assertion of toml++ 3.3 before the error that
// follows it would be told. The fuzz targets of settings and policies hold that what follows is
// sound.
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>

#include <algorithm>
#include <string>

namespace enks::base {
namespace {

bool StartsLongString(std::string_view text) {
  return text.starts_with("\"\"\"") || text.starts_with("'''");
}

// toml++ 3.3 runs into undefined behaviour at some letters beyond ASCII in a bare key, so those are
// let through in comments and in strings of one line only. No name of ours has one.
bool HasForeignLetterInCode(std::string_view text) {
  constexpr char kCode = '\0';
  constexpr char kComment = '#';
  char inside = kCode;  // that, the comment, or the quote of the string
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      inside = kCode;
    } else if (inside == kCode) {
      if (static_cast<unsigned char>(c) >= 0x80) return true;
      if (StartsLongString(text.substr(i))) return true;
      if (c == '"' || c == '\'' || c == kComment) inside = c;
    } else if (inside == '"' && c == '\\') {
      ++i;
    } else if (inside == c && c != kComment) {
      inside = kCode;
    }
  }
  return false;
}

// TOML allows none but these (v1.0.0, "Comment" and "String"), and toml++ 3.3 trips over others.
bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
}

bool IsAscii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

Status Fault(std::string_view text) {
  return absl::InvalidArgumentError({text.data(), text.size()});
}

Status NotToml(const toml::parse_error& error) {
  return Fault(
      fmt::format("line {}: not TOML: {}", error.source().begin.line, error.description()));
}

}  // namespace

// With letters beyond ASCII replaced by others the text has to be TOML first: only then are its
// strings where the quotes say.
Status CheckTomlText(std::string_view text) {
  if (std::ranges::any_of(text, IsControl)) {
    return Fault("holds a control character; is it a text file?");
  }
  std::string ascii(text);
  std::ranges::replace_if(
      ascii, [](char c) { return !IsAscii(c); }, 'x');
  const toml::parse_result stand_in = toml::parse(ascii);
  if (!stand_in) return NotToml(stand_in.error());
  if (std::ranges::all_of(text, IsAscii) || !HasForeignLetterInCode(text)) {
    const toml::parse_result parsed = toml::parse(text);
    return parsed ? absl::OkStatus() : NotToml(parsed.error());
  }
  return Fault("letters beyond ASCII may stand in comments and in strings of one line only");
}

}  // namespace enks::base
