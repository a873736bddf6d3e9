#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace enks::json {

// Appends `text` as a JSON string, quotes included, escaped as the reference does it: besides what
// JSON demands, <, >, & and U+2028, U+2029 are written as \u escapes, and each byte that is not
// UTF-8 as the escape of U+FFFD.
void AppendQuoted(std::string_view text, std::string& out);

// Builds one JSON text from left to right, without white space but Blanks(). The caller keeps the
// order: every Begin has its End, and inside an object a Name() stands before each value. Not
// thread-safe.
//
//   json::Writer writer;
//   writer.BeginObject().Name("code").Text("bad_request").EndObject();
//   answer.body = std::move(writer).Take();
class Writer {
 public:
  Writer& BeginObject() { return Open('{'); }
  Writer& EndObject() { return Close('}'); }
  Writer& BeginArray() { return Open('['); }
  Writer& EndArray() { return Close(']'); }

  Writer& Name(std::string_view name);
  Writer& Text(std::string_view text);
  Writer& Int(std::int64_t number);
  Writer& Bool(bool value);
  Writer& Null();
  // White space before the next value of an object, behind its Name().
  Writer& Blanks(std::size_t count) {
    text_.append(count, ' ');
    return *this;
  }

  // Makes room for that many bytes in all.
  void Reserve(std::size_t bytes) { text_.reserve(bytes); }

  // The text. Every object and array must have ended.
  std::string Take() &&;

 private:
  Writer& Open(char bracket);
  Writer& Close(char bracket);
  void BeginValue();

  std::string text_;
  std::size_t depth_ = 0;
  bool needs_comma_ = false;  // a value stands before the next one in the same object or array
};

}  // namespace enks::json
