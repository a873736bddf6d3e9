#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/document.h"

// JSON that somebody signs: one object, not deep, no member twice. (Phones' requests are read by
// json/read.h, which is as lenient as the reference.)
namespace enks::attestation {

inline constexpr std::size_t kStrictJsonDepthMax = 8;

// kInvalidArgument says what is wrong unless the text is exactly one object, with at most
// kStrictJsonDepthMax containers inside one another, itself counted, and no name twice in any.
// Names are compared as they read: an escape does not make another name.
Status CheckStrictObject(const json::Document& document);

// Reads members of an object that CheckStrictObject() found well. Names are exact in case. A member
// that is null counts as absent. Remembers whether any member had another type than was asked for.
class MemberReader {
 public:
  // `object` may be no value: then all members are absent.
  explicit MemberReader(json::Value object) : object_(object) {}

  bool Has(std::string_view name) const { return Find(name).Exists(); }
  std::optional<std::string> Text(std::string_view name);
  std::optional<bool> Bool(std::string_view name);
  // A whole number in digits, without fraction or exponent, that fits.
  std::optional<std::int64_t> Integer(std::string_view name);
  // The same, written as a number or as a string of its digits.
  std::optional<std::int64_t> IntegerOrDigits(std::string_view name);
  std::optional<std::vector<std::string>> Texts(std::string_view name);
  // The member as an object; absent members read as an empty one.
  MemberReader Object(std::string_view name);

  // Of this object; not of those that Object() gave.
  bool HasWrongTypes() const { return has_wrong_types_; }

 private:
  json::Value Find(std::string_view name) const;
  json::Value Expect(std::string_view name, json::Kind kind);

  json::Value object_;
  bool has_wrong_types_ = false;
};

}  // namespace enks::attestation
