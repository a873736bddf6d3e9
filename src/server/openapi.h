#pragma once

#include <memory>
#include <string_view>

#include "http/message.h"

namespace enks::server {

// docs/api/openapi.json, built into the program: an OpenAPI 3.1 description of every endpoint.
std::string_view OpenApiText();

// GET /openapi.json.
std::unique_ptr<http::Handler> MakeOpenApiEndpoint();

}  // namespace enks::server
