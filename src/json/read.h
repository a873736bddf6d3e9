#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/document.h"

// Reading a parsed text into structs, by the rules of Go's encoding/json that clients of the
// reference rely on (spec/publish.md section 2, "Decoding semantics"). A struct says which members
// it has by a function that argument-dependent lookup finds:
//
//   struct Key { std::string key; std::int32_t rolling_start = 0; };
//   inline auto JsonMembers(const Key*) {
//     return std::array{json::Member<&Key::key>("key"),
//                       json::Member<&Key::rolling_start>("rollingStartNumber")};
//   }
//   ...
//   Key key;
//   json::ReadResult result = json::Read(document.Root(), json::UnknownMembers::kRefuse, key);
//
// Fields may be std::string, Skipped, bool, int32, int64, uint32, another such struct, an
// optional one, and vectors of strings or of such structs.
//
// Members match by their exact name, or else whatever their case. null leaves a field as it is (an
// array becomes empty). Of members that come twice the last one counts. Numbers are integers
// without fraction or exponent that fit the field.
namespace enks::json {

enum class UnknownMembers : std::uint8_t { kRefuse, kIgnore };

enum class ReadOutcome : std::uint8_t { kOk, kWrongType, kUnknownMember };

// How reading ended: with the first thing in document order that is wrong.
struct ReadResult {
  ReadOutcome outcome = ReadOutcome::kOk;
  // kWrongType: the member's path in dots, without array indices, empty for the value as a whole.
  // kUnknownMember: the name as sent, which is a stranger's text.
  std::string field;
  // kWrongType: bytes of the text consumed when the type was known: through the end of a number,
  // literal or string, through the opening bracket of an array or object.
  std::size_t position = 0;

  bool ok() const { return outcome == ReadOutcome::kOk; }
};

// A string member whose content nobody reads (padding). Only its type is checked.
struct Skipped {};

// The walk over one text. Only Read() and the members of structs use it.
class Reader {
 public:
  explicit Reader(UnknownMembers unknown) : unknown_(unknown) {}

  // A struct's member: its name and how to read it into the struct at `object`.
  struct Entry {
    std::string_view name;
    void (*read)(Reader& reader, Value value, void* object);
  };

  void Read(Value value, std::string& out);
  void Read(Value value, Skipped& out);
  void Read(Value value, bool& out);
  void Read(Value value, std::int32_t& out);
  void Read(Value value, std::int64_t& out);
  void Read(Value value, std::uint32_t& out);

  template <typename T>
  void Read(Value value, std::vector<T>& out) {
    if (!Expect(value, Kind::kArray)) {
      if (value.IsNull()) out.clear();
      return;
    }
    out.clear();
    for (Value element = value.First(); element.Exists(); element = element.Next()) {
      Read(element, out.emplace_back());
    }
  }

  // A struct that may be missing: null takes it away, as it sets a pointer of Go's to nil.
  template <typename T>
  void Read(Value value, std::optional<T>& out) {
    if (value.IsNull()) return out.reset();
    Read(value, out.emplace());
  }

  template <typename T>
  requires requires(const T* object) { JsonMembers(object); }
  void Read(Value value, T& out) {
    if (!Expect(value, Kind::kObject)) return;
    static const auto entries = JsonMembers(static_cast<const T*>(nullptr));
    ReadMembers(value, entries.data(), entries.size(), &out);
  }

  ReadResult TakeResult() && { return std::move(result_); }

 private:
  // Whether `value` is of that kind; records a wrong type unless it is, or is null.
  bool Expect(Value value, Kind kind);
  void ReadMembers(Value object, const Entry* entries, std::size_t count, void* out);
  template <typename Integer>
  void ReadInteger(Value value, Integer& out);
  void NoteWrongType(Value value);
  void NoteUnknownMember(std::string_view name);

  const UnknownMembers unknown_;
  std::vector<std::string_view> path_;  // names of the members around the current value
  ReadResult result_;
};

// The struct and the type of a pointer to one of its fields.
template <typename T>
struct FieldPointer;
template <typename Struct, typename Field>
struct FieldPointer<Field Struct::*> {
  using Owner = Struct;
};

// Ties a member's name to a field.
template <auto kField>
constexpr Reader::Entry Member(std::string_view name) {
  using Owner = typename FieldPointer<decltype(kField)>::Owner;
  return {name, [](Reader& reader, Value value, void* object) {
            reader.Read(value, static_cast<Owner*>(object)->*kField);
          }};
}

// Reads `value` into `out`. Unless the result is ok, `out` holds some of it and must not be used.
template <typename T>
ReadResult Read(Value value, UnknownMembers unknown, T& out) {
  Reader reader(unknown);
  reader.Read(value, out);
  return std::move(reader).TakeResult();
}

// Whether a member called `sent` is meant for the field `name`: equal but for the case of ASCII
// letters, where U+017F stands for s and U+212A for k, too. `name` is ASCII.
bool EqualFolded(std::string_view name, std::string_view sent);

}  // namespace enks::json
