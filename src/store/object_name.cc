#include "store/object_name.h"

#include <algorithm>

namespace enks::store {
namespace {

// PostgreSQL takes no zero byte, and a name with a line break makes a second line in index.txt.
bool IsPlainCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f && c != '\\' && c != '/';
}

}  // namespace

bool IsPlainSegment(std::string_view segment) {
  return !segment.empty() && segment.size() <= kNameSegmentBytesMax && segment.front() != '.' &&
         std::all_of(segment.begin(), segment.end(), IsPlainCharacter);
}

bool IsPlainPath(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    if (!IsPlainSegment(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace enks::store
