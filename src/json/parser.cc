#include "json/parser.h"

#include <bit>
#include <cstring>

namespace enks::json {
namespace {

// The four characters that JSON allows between values; no other Unicode space is one.
bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Inside a string these need no look at all: printable ASCII but for the quote and the backslash.
bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

constexpr std::ptrdiff_t kWordBytes = sizeof(std::uint64_t);
constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighBits = kOnes << 7;

// The high bit of every byte of `word` that is below `limit`, at most 128. Bytes above the first
// such byte, and bytes of 128 and more, may be marked wrongly.
std::uint64_t MarkBelow(std::uint64_t word, std::uint64_t limit) {
  return (word - kOnes * limit) & ~word & kHighBits;
}
std::uint64_t MarkEqual(std::uint64_t word, char c) {
  return MarkBelow(word ^ (kOnes * static_cast<unsigned char>(c)), 1);
}

// How many of the eight characters at `eight` are plain before the first that is not. Looks at all
// of them at once, because most bytes of an upload are inside strings.
std::ptrdiff_t CountPlain(const char* eight) {
  static_assert(std::endian::native == std::endian::little, "the first byte must be the lowest");
  std::uint64_t word;
  std::memcpy(&word, eight, sizeof word);
  const std::uint64_t marks =
      (word & kHighBits) | MarkBelow(word, 0x20) | MarkEqual(word, '"') | MarkEqual(word, '\\');
  return std::countr_zero(marks) / 8;
}

}  // namespace

void Parser::Run() {
  const auto bytes = static_cast<std::size_t>(end_ - begin_);
  if (bytes > kTextBytesMax) {
    document_.outcome_ = ParseOutcome::kSyntax;
    document_.position_ = kTextBytesMax;
    return;
  }
  // An upload holds a value in about every 32 bytes; other texts make the vector grow.
  document_.nodes_.reserve(bytes / 32 + 16);
  SkipSpace();
  if (AtEnd()) return;  // stays kEmpty

  while (await_ != Await::kNothing) {
    SkipSpace();
    if (AtEnd() || !Step()) break;
  }
  if (await_ == Await::kNothing) {
    document_.outcome_ = ParseOutcome::kOk;
    document_.end_ = Offset();
  } else if (AtEnd()) {
    document_.outcome_ = ParseOutcome::kEnded;
  } else {
    document_.outcome_ = ParseOutcome::kSyntax;
    document_.position_ = Offset() + 1;
  }
}

bool Parser::Step() {
  switch (await_) {
    case Await::kElementOrEnd:
      return Sees(']') ? Close() : TakeValue();
    case Await::kValue:
      return TakeValue();
    case Await::kNameOrEnd:
      return Sees('}') ? Close() : TakeName();
    case Await::kName:
      return TakeName();
    case Await::kColon:
      return TakeColon();
    case Await::kCommaOrEnd:
      return TakeCommaOrEnd();
    case Await::kNothing:
      break;
  }
  return false;
}

bool Parser::TakeValue() {
  switch (*at_) {
    case '{':
      return Open(Kind::kObject);
    case '[':
      return Open(Kind::kArray);
    case '"':
      return TakeString();
    case 't':
      return TakeLiteral("true", Kind::kTrue);
    case 'f':
      return TakeLiteral("false", Kind::kFalse);
    case 'n':
      return TakeLiteral("null", Kind::kNull);
    default:
      return TakeNumber();
  }
}

bool Parser::TakeName() {
  if (!Sees('"') || !TakeString()) return false;
  await_ = Await::kColon;
  return true;
}

bool Parser::TakeString() {
  const std::uint32_t node = Begin(Kind::kString);
  bool verbatim = true;
  ++at_;
  for (;;) {
    SkipPlainCharacters();
    if (AtEnd()) return false;
    const auto byte = static_cast<unsigned char>(*at_);
    if (byte == '"') break;
    if (byte < 0x20) return false;
    verbatim = false;
    if (byte == '\\') {
      if (!TakeEscape()) return false;
    } else {
      ++at_;  // part of a character beyond ASCII; whether it is valid is seen when it is decoded
    }
  }
  ++at_;
  document_.nodes_[node].verbatim = verbatim;
  Finish(node);
  return true;
}

bool Parser::TakeEscape() {
  ++at_;
  if (AtEnd() || std::memchr("\"\\/bfnrtu", *at_, 9) == nullptr) return false;
  const bool is_unicode = *at_ == 'u';
  ++at_;
  if (!is_unicode) return true;
  for (int digit = 0; digit < 4; ++digit, ++at_) {
    if (AtEnd() || !IsHexDigit(*at_)) return false;
  }
  return true;
}

bool Parser::TakeNumber() {
  const std::uint32_t node = Begin(Kind::kNumber);
  if (Sees('-')) ++at_;
  // After a leading zero the number is over: in 01 the 1 is a byte too many.
  if (Sees('0')) {
    ++at_;
  } else if (!TakeDigits()) {
    return false;
  }
  if (Sees('.')) {
    ++at_;
    if (!TakeDigits()) return false;
  }
  if (Sees('e') || Sees('E')) {
    ++at_;
    if (Sees('+') || Sees('-')) ++at_;
    if (!TakeDigits()) return false;
  }
  Finish(node);
  return true;
}

bool Parser::TakeDigits() {
  if (!SeesDigit()) return false;
  while (SeesDigit()) ++at_;
  return true;
}

bool Parser::TakeLiteral(std::string_view word, Kind kind) {
  const std::uint32_t node = Begin(kind);
  for (const char c : word) {
    if (!Sees(c)) return false;
    ++at_;
  }
  Finish(node);
  return true;
}

bool Parser::TakeColon() {
  if (!Sees(':')) return false;
  ++at_;
  document_.nodes_[last_value_].last = false;
  await_ = Await::kValue;
  return true;
}

bool Parser::TakeCommaOrEnd() {
  const bool in_object = document_.nodes_[container_].kind == Kind::kObject;
  if (Sees(in_object ? '}' : ']')) return Close();
  if (!Sees(',')) return false;
  ++at_;
  document_.nodes_[last_value_].last = false;
  await_ = in_object ? Await::kName : Await::kValue;
  return true;
}

bool Parser::Open(Kind kind) {
  if (depth_ == kNestingMax) return false;
  const std::uint32_t node = Begin(kind);
  document_.nodes_[node].after = container_;
  container_ = node;
  ++depth_;
  ++at_;
  await_ = kind == Kind::kObject ? Await::kNameOrEnd : Await::kElementOrEnd;
  return true;
}

bool Parser::Close() {
  ++at_;
  --depth_;
  const std::uint32_t node = container_;
  container_ = document_.nodes_[node].after;
  Finish(node);
  return true;
}

void Parser::SkipSpace() {
  while (!AtEnd() && IsSpace(*at_)) ++at_;
}

void Parser::SkipPlainCharacters() {
  std::ptrdiff_t plain = kWordBytes;
  while (plain == kWordBytes && end_ - at_ >= kWordBytes) {
    plain = CountPlain(at_);
    at_ += plain;
  }
  while (!AtEnd() && IsPlain(*at_)) ++at_;
}

std::uint32_t Parser::Begin(Kind kind) {
  document_.nodes_.push_back(
      {.begin = Offset(), .end = 0, .after = 0, .kind = kind, .verbatim = true, .last = true});
  return static_cast<std::uint32_t>(document_.nodes_.size() - 1);
}

void Parser::Finish(std::uint32_t node) {
  document_.nodes_[node].end = Offset();
  document_.nodes_[node].after = static_cast<std::uint32_t>(document_.nodes_.size());
  last_value_ = node;
  await_ = depth_ == 0 ? Await::kNothing : Await::kCommaOrEnd;
}

}  // namespace enks::json
