#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace enks::secrets {

// A PEM public key as the DER of its SubjectPublicKeyInfo in base64 on one line, which is what the
// makers of phone systems and app developers ask for. kInvalidArgument unless it is EC P-256.
Result<std::string> PublicKeyOneLine(std::string_view pem);

}  // namespace enks::secrets
