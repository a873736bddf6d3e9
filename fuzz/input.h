#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace enks::fuzz {

// One input. Each target defines this; whatever it holds, the process must not end. A broken
// promise of the code under test ends it through ENKS_CHECK, anything worse through a sanitizer.
void Run(base::ByteView bytes);

}  // namespace enks::fuzz

// libFuzzer's way in; its name and types are given.
extern "C" inline int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  enks::fuzz::Run({data, size});
  return 0;
}
