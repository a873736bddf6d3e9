#pragma once

#include <cstddef>
#include <string_view>

namespace enks::json {

// The fuzzer's way in: parses any bytes, visits every value that was found and ends the process if
// a promise of document.h or writer.h is broken. Returns how many values there were.
std::size_t FuzzDocument(std::string_view bytes);

}  // namespace enks::json
