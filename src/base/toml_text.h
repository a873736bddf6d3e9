#pragma once

#include <string_view>

#include "base/result.h"

namespace enks::base {

// Whether a text is TOML that toml++ 3.3 can be given: there are texts that are not TOML, and some
// that are, at which it runs into undefined behaviour. To be asked before toml::parse(), which then
// succeeds. kInvalidArgument says "line 3: …", or what is wrong with the whole.
//
// Letters beyond ASCII may stand in comments and in strings of one line only.
Status CheckTomlText(std::string_view text);

}  // namespace enks::base
