#include "json/document.h"

#include "base/check.h"
#include "json/parser.h"
#include "json/utf8.h"

namespace enks::json {
namespace {

constexpr std::size_t kUnicodeEscapeBytes = 6;  // backslash, u, four digits

// The number of the \uXXXX that `text` begins with; nothing valid (0) if it begins otherwise.
char32_t UnicodeEscape(std::string_view text) {
  if (text.size() < kUnicodeEscapeBytes || text[0] != '\\' || text[1] != 'u') return 0;
  char32_t code = 0;
  for (const char c : text.substr(2, 4)) {
    const char32_t digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    code = code << 4 | digit;
  }
  return code;
}

bool IsSurrogate(char32_t code) {
  return code >= 0xD800 && code < 0xE000;
}
bool IsHighSurrogate(char32_t code) {
  return code >= 0xD800 && code < 0xDC00;
}
bool IsLowSurrogate(char32_t code) {
  return code >= 0xDC00 && code < 0xE000;
}

// Takes one \uXXXX from the front of `rest`, or two that form a pair. A surrogate without its
// partner becomes U+FFFD and leaves what follows it alone.
char32_t TakeUnicodeEscape(std::string_view& rest) {
  const char32_t first = UnicodeEscape(rest);
  rest.remove_prefix(kUnicodeEscapeBytes);
  if (!IsSurrogate(first)) return first;
  const char32_t second = UnicodeEscape(rest);
  if (!IsHighSurrogate(first) || !IsLowSurrogate(second)) return kReplacementCharacter;
  rest.remove_prefix(kUnicodeEscapeBytes);
  return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

char SimpleEscape(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;  // quote, backslash and slash stand for themselves
  }
}

// Appends the content of a string, whose escapes the parser found well-formed.
void AppendDecoded(std::string_view rest, std::string& out) {
  while (!rest.empty()) {
    if (rest[0] != '\\') {
      const DecodedCharacter character = DecodeUtf8(rest);
      AppendUtf8(character.code, out);
      rest.remove_prefix(character.bytes);
    } else if (rest[1] == 'u') {
      AppendUtf8(TakeUnicodeEscape(rest), out);
    } else {
      out += SimpleEscape(rest[1]);
      rest.remove_prefix(2);
    }
  }
}

}  // namespace

Document::Document(std::string_view text) : text_(text) {
  Parser(*this).Run();
}

Value Document::Root() const {
  ENKS_CHECK(outcome_ == ParseOutcome::kOk);
  return {this, 0};
}

bool Document::HasMore() const {
  ENKS_CHECK(outcome_ == ParseOutcome::kOk);
  return text_.find_first_not_of(" \t\r\n", end_) != std::string_view::npos;
}

std::string_view Value::Text(std::string& buffer) const {
  ENKS_CHECK(kind() == Kind::kString);
  const std::string_view content = Raw().substr(1, Raw().size() - 2);
  if (document_->nodes_[index_].verbatim) return content;
  buffer.clear();
  AppendDecoded(content, buffer);
  return buffer;
}

std::string Value::Text() const {
  std::string buffer;
  return std::string(Text(buffer));
}

Value Value::First() const {
  ENKS_CHECK(kind() == Kind::kArray || kind() == Kind::kObject);
  const bool is_empty = document_->nodes_[index_].after == index_ + 1;
  return is_empty ? Value() : Value(document_, index_ + 1);
}

}  // namespace enks::json
