#include <string_view>
#include <variant>

#include "base/check.h"
#include "exports/conditions.h"
#include "exports/object_path.h"
#include "input.h"

namespace enks::fuzz {

// The path of a download and its conditional headers.
void Run(base::ByteView bytes) {
  constexpr std::string_view kETag = "\"0123\"";
  constexpr std::uint64_t kSize = 1000;
  const std::string_view text = base::AsText(bytes);
  if (const auto object = exports::ReadObjectPath(text)) {
    ENKS_CHECK(exports::ReadObjectPath(exports::WriteObjectPath(*object)) == object);
  }
  const exports::RangeOutcome range = exports::ReadRange(text, kSize);
  if (const auto* part = std::get_if<exports::BytePart>(&range)) {
    ENKS_CHECK(part->length > 0 && part->length <= kSize && part->offset <= kSize - part->length);
  }
  if (exports::NamesETag(text, kETag)) ENKS_CHECK(!text.empty());
  if (exports::RangeStillValid(text, kETag)) {
    const std::size_t begin = text.find_first_not_of(" \t");
    ENKS_CHECK(begin == text.npos || text.substr(begin).starts_with(kETag));
  }
}

}  // namespace enks::fuzz
