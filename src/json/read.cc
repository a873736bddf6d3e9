#include "json/read.h"

#include <charconv>

#include "json/utf8.h"

namespace enks::json {
namespace {

constexpr char32_t kLongS = 0x017F;
constexpr char32_t kKelvinSign = 0x212A;

bool IsLetter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char32_t Fold(char32_t c) {
  if (c == kLongS) return 's';
  if (c == kKelvinSign) return 'k';
  return IsLetter(c) ? c | 0x20U : c;
}

const Reader::Entry* FindEntry(const Reader::Entry* entries, std::size_t count,
                               std::string_view name) {
  for (std::size_t i = 0; i < count; ++i) {
    if (entries[i].name == name) return &entries[i];
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (EqualFolded(entries[i].name, name)) return &entries[i];
  }
  return nullptr;
}

}  // namespace

bool EqualFolded(std::string_view name, std::string_view sent) {
  for (const char c : name) {
    if (sent.empty()) return false;
    const DecodedCharacter other = DecodeUtf8(sent);
    if (Fold(static_cast<unsigned char>(c)) != Fold(other.code)) return false;
    sent.remove_prefix(other.bytes);
  }
  return sent.empty();
}

void Reader::Read(Value value, std::string& out) {
  if (!Expect(value, Kind::kString)) return;
  std::string decoded;
  const std::string_view text = value.Text(decoded);
  out.assign(text);
}

void Reader::Read(Value value, Skipped&) {
  Expect(value, Kind::kString);
}

void Reader::Read(Value value, bool& out) {
  if (value.kind() == Kind::kTrue) {
    out = true;
  } else if (Expect(value, Kind::kFalse)) {
    out = false;
  }
}

void Reader::Read(Value value, std::int32_t& out) {
  ReadInteger(value, out);
}
void Reader::Read(Value value, std::int64_t& out) {
  ReadInteger(value, out);
}
void Reader::Read(Value value, std::uint32_t& out) {
  ReadInteger(value, out);
}

template <typename Integer>
void Reader::ReadInteger(Value value, Integer& out) {
  if (!Expect(value, Kind::kNumber)) return;
  const std::string_view digits = value.Raw();
  const char* const end = digits.data() + digits.size();
  Integer number = 0;
  const auto [stopped, error] = std::from_chars(digits.data(), end, number);
  // A fraction or an exponent stops the conversion early, even in 1.0 and 1e3.
  if (error != std::errc() || stopped != end) return NoteWrongType(value);
  out = number;
}

bool Reader::Expect(Value value, Kind kind) {
  if (value.kind() == kind) return true;
  if (!value.IsNull()) NoteWrongType(value);
  return false;
}

void Reader::ReadMembers(Value object, const Entry* entries, std::size_t count, void* out) {
  std::string decoded;
  Value value;
  for (Value name = object.First(); name.Exists(); name = value.Next()) {
    value = name.Next();
    const std::string_view sent = name.Text(decoded);
    const Entry* const entry = FindEntry(entries, count, sent);
    if (entry == nullptr) {
      NoteUnknownMember(sent);
      continue;
    }
    path_.push_back(entry->name);
    entry->read(*this, value, out);
    path_.pop_back();
  }
}

void Reader::NoteWrongType(Value value) {
  if (!result_.ok()) return;
  result_.outcome = ReadOutcome::kWrongType;
  for (const std::string_view name : path_) {
    if (!result_.field.empty()) result_.field += '.';
    result_.field += name;
  }
  // The reference's decoder knows what an array or object is at its first byte and everything else
  // only at its last.
  const bool is_container = value.kind() == Kind::kArray || value.kind() == Kind::kObject;
  result_.position = is_container ? value.begin() + 1 : value.end();
}

void Reader::NoteUnknownMember(std::string_view name) {
  if (unknown_ == UnknownMembers::kIgnore || !result_.ok()) return;
  result_.outcome = ReadOutcome::kUnknownMember;
  result_.field = name;
}

}  // namespace enks::json
