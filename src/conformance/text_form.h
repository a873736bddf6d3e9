#pragma once

#include <string>

#include "base/result.h"
#include "json/document.h"

namespace enks::conformance {

// Standard base64 in another form that servers have to read (spec/publish.md section 2, "Decoding
// semantics"): "url", "unpadded", "much padding", "line breaks", "unused bits". "altered" is base64
// of other bytes. `form` may not exist.
Result<std::string> InForm(std::string base64, json::Value form);

}  // namespace enks::conformance
