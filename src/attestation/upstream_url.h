#pragma once

#include <string_view>

#include "base/result.h"

namespace enks::attestation {

// kInvalidArgument, which does not repeat the address, unless it is https://host[:port][/path] or,
// for tests on one machine, http:// with a loopback address (127.0.0.0/8 or [::1]) instead of a
// name. No user, query or fragment: what is asked for is added behind it.
Status CheckUpstreamUrl(std::string_view url);

}  // namespace enks::attestation
