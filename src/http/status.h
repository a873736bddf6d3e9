#pragma once

#include <string_view>

namespace enks::http {

// The phrase that the server sends behind a status code, for example "OK".
std::string_view ReasonPhrase(int status);

}  // namespace enks::http
