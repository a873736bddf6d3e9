#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "json/document.h"

namespace enks::json {

// Fills a Document from its text: RFC 8259 as a machine that waits for one thing at a time, so that
// its memory is bounded by the text and never by the stack. Used once, by the Document only.
class Parser {
 public:
  explicit Parser(Document& document)
      : document_(document),
        begin_(document.text_.data()),
        end_(begin_ + document.text_.size()),
        at_(begin_) {}

  void Run();

 private:
  enum class Await : std::uint8_t {
    kValue,
    kElementOrEnd,  // just after [
    kNameOrEnd,     // just after {
    kName,          // after a comma in an object
    kColon,
    kCommaOrEnd,
    kNothing,  // the first value is complete
  };

  // Each takes what it is named after from at_ on. False if it is not there: then at_ is where the
  // first byte that does not fit is, or the end of the text.
  bool Step();
  bool TakeValue();
  bool TakeName();
  bool TakeString();
  bool TakeEscape();
  bool TakeNumber();
  bool TakeDigits();
  bool TakeLiteral(std::string_view word, Kind kind);
  bool TakeColon();
  bool TakeCommaOrEnd();
  bool Open(Kind kind);
  bool Close();

  void SkipSpace();
  void SkipPlainCharacters();
  bool AtEnd() const { return at_ == end_; }
  bool Sees(char c) const { return !AtEnd() && *at_ == c; }
  bool SeesDigit() const { return !AtEnd() && *at_ >= '0' && *at_ <= '9'; }
  std::uint32_t Offset() const { return static_cast<std::uint32_t>(at_ - begin_); }

  std::uint32_t Begin(Kind kind);
  void Finish(std::uint32_t node);

  Document& document_;
  const char* const begin_;
  const char* const end_;
  const char* at_;  // the first byte not yet taken
  Await await_ = Await::kValue;
  std::size_t depth_ = 0;         // open containers
  std::uint32_t container_ = 0;   // the innermost open one, while depth_ is not 0
  std::uint32_t last_value_ = 0;  // the one finished last
};

}  // namespace enks::json
