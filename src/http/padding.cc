#include "http/padding.h"

#include "base/base64.h"

namespace enks::http {
namespace {

constexpr std::size_t kFallbackBytes = 1024;

}  // namespace

PaddingSize UsablePadding(PaddingSize size) {
  if (size.bytes_min == 0) size.bytes_min = kFallbackBytes;
  if (size.bytes_range == 0) size.bytes_range = kFallbackBytes;
  return size;
}

std::size_t DrawPaddingBytes(const PaddingSize& size, base::Random& random) {
  return size.bytes_min + static_cast<std::size_t>(random.Below(size.bytes_range));
}

std::string MakePadding(std::size_t bytes, base::Random& random) {
  base::Bytes noise(bytes);
  random.Fill(noise);
  return base::ToBase64(noise);
}

}  // namespace enks::http
