#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace enks::exports {

// Where the files role serves buckets: /files/<bucket>/<object>.
inline constexpr std::string_view kFilesPrefix = "/files/";

struct ObjectPath {
  std::string bucket;
  std::string name;
  bool operator==(const ObjectPath&) const = default;
};

// The object that a request path as sent names. Percent-encoding is undone once, after the path was
// split, and may not hide a slash, a backslash, a control character or half an escape: nothing
// then. The file store checks the names themselves.
std::optional<ObjectPath> ReadObjectPath(std::string_view path);

// The path that ReadObjectPath reads as this object.
std::string WriteObjectPath(const ObjectPath& object);

}  // namespace enks::exports
