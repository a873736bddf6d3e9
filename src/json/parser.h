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
  explicit Parser(Document& document) : document_(document), text_(document.text_) {}

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
  bool AtEnd() const { return at_ == text_.size(); }
  bool Sees(char c) const { return !AtEnd() && text_[at_] == c; }
  bool SeesDigit() const { return !AtEnd() && text_[at_] >= '0' && text_[at_] <= '9'; }

  std::uint32_t Begin(Kind kind);
  void Finish(std::uint32_t node);

  Document& document_;
  const std::string_view text_;
  std::size_t at_ = 0;
  Await await_ = Await::kValue;
  std::size_t depth_ = 0;         // open containers
  std::uint32_t container_ = 0;   // the innermost open one, while depth_ is not 0
  std::uint32_t last_value_ = 0;  // the one finished last
};

}  // namespace enks::json
