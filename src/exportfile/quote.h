#pragma once

#include <string>
#include <string_view>

namespace enks::exportfile {

// Text from a stranger's file for an operator's eyes: in quotes, at most 64 bytes of it, and what
// is not printable ASCII as `?`, so that it can neither flood nor steer a terminal.
std::string Quote(std::string_view text);

}  // namespace enks::exportfile
