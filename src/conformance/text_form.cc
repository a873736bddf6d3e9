#include "conformance/text_form.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/json_access.h"

namespace enks::conformance {

Result<std::string> InForm(std::string base64, json::Value form) {
  if (!form.Exists()) return base64;
  const std::string name = IsText(form) ? form.Text() : "";
  if (base64.empty()) return base64;
  if (name == "url") {
    std::ranges::replace(base64, '+', '-');
    std::ranges::replace(base64, '/', '_');
    return base64;
  }
  if (name == "unpadded") return base64.substr(0, base64.find('='));
  if (name == "much padding") return base64 + "====";
  if (name == "line breaks") return base64.insert(8, "\r\n").insert(4, "\n");
  if (name == "unused bits") {
    // Padded base64 ends in a character whose lowest bits mean nothing and are 0: one more is 1.
    const std::size_t padding = base64.find('=');
    if (padding != std::string::npos) ++base64[padding - 1];
    return base64;
  }
  if (name == "altered") {
    char& middle = base64[base64.size() / 2];
    middle = middle == 'A' ? 'B' : 'A';
    return base64;
  }
  return absl::InvalidArgumentError(fmt::format("\"{}\" is no form of base64", name));
}

}  // namespace enks::conformance
