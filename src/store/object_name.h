#pragma once

#include <cstddef>
#include <string_view>

// What buckets and names of export objects may look like. The store accepts no configuration with
// another one, and the file store makes no path of another one: the same rule, so that whatever can
// be configured can be exported.
namespace enks::store {

// File systems end at 255 bytes, and a file that is being written has a longer name for a while.
inline constexpr std::size_t kNameSegmentBytesMax = 200;
inline constexpr std::size_t kObjectNameBytesMax = 1024;
// Leaves room in an object name for what comes after the filename root, which is far shorter.
inline constexpr std::size_t kFilenameRootBytesMax = 900;

// The rule in words, for error texts.
inline constexpr std::string_view kPlainSegmentRule =
    "1 to 200 bytes without slash, backslash or control character, and no dot at the start";

// One name of a folder or file. A leading dot is refused for more than "." and "..": files that are
// still being written carry one, and nobody may read those.
bool IsPlainSegment(std::string_view segment);

// Plain segments with a slash between each two: so a path that stays below where it starts.
bool IsPlainPath(std::string_view path);

}  // namespace enks::store
