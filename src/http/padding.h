#pragma once

#include <cstddef>
#include <string>

#include "base/random.h"

namespace enks::http {

// How much random padding an answer gets, in bytes before base64: at least `bytes_min` and less
// than `bytes_min + bytes_range`.
struct PaddingSize {
  std::size_t bytes_min = 1024;
  std::size_t bytes_range = 1024;
};

// With 0 replaced by 1024 in either place, as the reference does (spec/publish.md section 3).
PaddingSize UsablePadding(PaddingSize size);

// A number of bytes, uniform over `size`.
std::size_t DrawPaddingBytes(const PaddingSize& size, base::Random& random);

// Base64 of that many random bytes.
std::string MakePadding(std::size_t bytes, base::Random& random);

}  // namespace enks::http
