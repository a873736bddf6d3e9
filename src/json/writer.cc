#include "json/writer.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/check.h"
#include "json/utf8.h"

namespace enks::json {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// Whether a character of ASCII stands for itself inside a string.
constexpr bool IsSafe(unsigned char c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

// The same as a table: answers are nearly all padding, two thousand characters of it.
constexpr std::array<bool, 256> kSafe = [] {
  std::array<bool, 256> safe{};
  for (unsigned c = 0; c < safe.size(); ++c) safe[c] = IsSafe(static_cast<unsigned char>(c));
  return safe;
}();

void AppendUnicodeEscape(char32_t code, std::string& out) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHexDigits[code >> shift & 0xF];
}

void AppendEscapedAscii(char c, std::string& out) {
  switch (c) {
    case '"':
    case '\\':
      out += {'\\', c};
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      AppendUnicodeEscape(static_cast<unsigned char>(c), out);
  }
}

// Line and paragraph separator are escaped because JavaScript took them for ends of lines.
bool IsSeparator(char32_t code) {
  return code == 0x2028 || code == 0x2029;
}

// Appends what `rest` begins with, a character that is not safe, and takes it away.
void TakeUnsafe(std::string_view& rest, std::string& out) {
  const DecodedCharacter character = DecodeUtf8(rest);
  if (character.code < 0x80) {
    AppendEscapedAscii(rest[0], out);
  } else if (!character.valid || IsSeparator(character.code)) {
    AppendUnicodeEscape(character.code, out);
  } else {
    out += rest.substr(0, character.bytes);
  }
  rest.remove_prefix(character.bytes);
}

}  // namespace

void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    std::size_t safe = 0;
    while (safe < text.size() && kSafe[static_cast<unsigned char>(text[safe])]) ++safe;
    out += text.substr(0, safe);
    text.remove_prefix(safe);
    if (!text.empty()) TakeUnsafe(text, out);
  }
  out += '"';
}

Writer& Writer::Name(std::string_view name) {
  BeginValue();
  AppendQuoted(name, text_);
  text_ += ':';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::Text(std::string_view text) {
  BeginValue();
  AppendQuoted(text, text_);
  return *this;
}

Writer& Writer::Int(std::int64_t number) {
  BeginValue();
  text_ += fmt::format_int(number).c_str();
  return *this;
}

Writer& Writer::Bool(bool value) {
  BeginValue();
  text_ += value ? "true" : "false";
  return *this;
}

Writer& Writer::Null() {
  BeginValue();
  text_ += "null";
  return *this;
}

std::string Writer::Take() && {
  ENKS_CHECK(depth_ == 0);
  return std::move(text_);
}

Writer& Writer::Open(char bracket) {
  BeginValue();
  text_ += bracket;
  ++depth_;
  needs_comma_ = false;
  return *this;
}

Writer& Writer::Close(char bracket) {
  ENKS_CHECK(depth_ > 0);
  text_ += bracket;
  --depth_;
  needs_comma_ = true;
  return *this;
}

void Writer::BeginValue() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

}  // namespace enks::json
