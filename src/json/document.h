#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace enks::json {

// What one value of a text is.
enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

// How reading the first value of a text ended (spec/publish.md section 2, "Body errors").
enum class ParseOutcome : std::uint8_t {
  kOk,
  kEmpty,   // nothing, or nothing but white space
  kSyntax,  // a byte that cannot stand where it stands, or nesting beyond kNestingMax
  kEnded,   // the text ends inside the value
};

// Objects and arrays inside one another, the limit of the reference's decoder. Parsing is a loop
// that never recurses, so no nesting can exhaust the stack.
inline constexpr std::size_t kNestingMax = 10'000;

// The largest text that is parsed; a longer one is kSyntax at this position. Callers bound their
// input far below it.
inline constexpr std::size_t kTextBytesMax = std::size_t{1} << 30;

class Document;

// One value inside a Document: a handle of two words, valid as long as the document and its text.
// Asking for children or text that the kind does not have breaks an invariant: ask kind() first.
class Value {
 public:
  Value() = default;  // no value: Exists() is false

  Kind kind() const;
  bool IsNull() const { return kind() == Kind::kNull; }

  // Where it stands in the text, as byte offsets: its first byte, and one past its last.
  std::size_t begin() const;
  std::size_t end() const;
  // The bytes between the two, quotes included.
  std::string_view Raw() const;

  // The decoded text of a kString. A view into the document's text where nothing needed decoding,
  // otherwise into `buffer`, which is overwritten. Escapes are resolved; a lone surrogate and each
  // byte that is not UTF-8 become U+FFFD, as in the reference.
  std::string_view Text(std::string& buffer) const;
  std::string Text() const;

  // Children in document order: the elements of a kArray, or name and value by turns of a kObject.
  // `for (auto child = array.First(); child.Exists(); child = child.Next())`. A member's value is
  // the Next() of its name.
  Value First() const;
  Value Next() const;
  bool Exists() const { return document_ != nullptr; }

 private:
  friend class Document;
  Value(const Document* document, std::uint32_t index) : document_(document), index_(index) {}

  const Document* document_ = nullptr;
  std::uint32_t index_ = 0;
};

// The first JSON value of a text (RFC 8259), checked byte for byte as strictly as Go's
// encoding/json does, and an array of where everything in it lies. The text is not copied and must
// outlive the document. Immutable after Parse, so any thread may read it. Neither copied nor moved,
// because values point at it.
class Document {
 public:
  explicit Document(std::string_view text);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document() = default;

  ParseOutcome outcome() const { return outcome_; }

  // After kSyntax: how many bytes were consumed, the offending one included.
  std::size_t position() const { return position_; }

  // After kOk: the value.
  Value Root() const;

  // After kOk: whether anything but white space follows the value, be it a second value or garbage.
  bool HasMore() const;

 private:
  friend class Parser;
  friend class Value;

  // A value as the parser found it. Nodes lie in document order, a container before its children.
  struct Node {
    std::uint32_t begin;
    std::uint32_t end;
    // One past the last node inside this value: where its next sibling is, if it has one. While a
    // container is still open: the index of the container around it.
    std::uint32_t after;
    Kind kind;
    bool verbatim;  // a string that reads as it stands: plain ASCII without escapes
    bool last;      // no sibling follows
  };

  std::string_view text_;
  std::vector<Node> nodes_;
  ParseOutcome outcome_ = ParseOutcome::kEmpty;
  std::size_t position_ = 0;
  std::size_t end_ = 0;
};

// These run for every value of every upload.
inline Kind Value::kind() const {
  return document_->nodes_[index_].kind;
}
inline std::size_t Value::begin() const {
  return document_->nodes_[index_].begin;
}
inline std::size_t Value::end() const {
  return document_->nodes_[index_].end;
}
inline std::string_view Value::Raw() const {
  const Document::Node& node = document_->nodes_[index_];
  return document_->text_.substr(node.begin, node.end - node.begin);
}
inline Value Value::Next() const {
  const Document::Node& node = document_->nodes_[index_];
  return node.last ? Value() : Value(document_, node.after);
}

}  // namespace enks::json
