#include <cstddef>
#include <cstdint>

#include "input.h"

// libFuzzer's way in; its name and types are given.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  enks::fuzz::Run({data, size});
  return 0;
}
