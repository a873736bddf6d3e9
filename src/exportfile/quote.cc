#include "exportfile/quote.h"

namespace enks::exportfile {
namespace {

constexpr std::size_t kShownBytesMax = 64;

}  // namespace

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, kShownBytesMax)) out.push_back(c >= ' ' && c <= '~' ? c : '?');
  out += text.size() > kShownBytesMax ? "…\"" : "\"";
  return out;
}

}  // namespace enks::exportfile
