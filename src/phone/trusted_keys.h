#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/client.h"
#include "phone/download.h"

namespace enks::phone {

// Reads what the server's public key endpoint says (exports/endpoints.h: GET /v1/keys). A real app
// is built with its keys; the simulator asks for them, because its server was made a minute ago.
// kInvalidArgument if the text is not of that form or holds no key.
Result<std::vector<TrustedKey>> ParseTrustedKeys(std::string_view json);

// The same over HTTP. kUnavailable if the answer was not 200.
Result<std::vector<TrustedKey>> FetchTrustedKeys(http::Client& client, std::string_view url);

}  // namespace enks::phone
