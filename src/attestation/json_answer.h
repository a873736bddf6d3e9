#pragma once

#include <string_view>

#include "http/header_field.h"
#include "http/message.h"

namespace enks::attestation {

// Whether an answer says that its body is JSON, with whatever parameters.
inline bool IsJson(const http::Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (!http::SameIgnoringCase(name, "Content-Type")) continue;
    const std::string_view type = std::string_view(value).substr(0, value.find_first_of("; \t"));
    return http::SameIgnoringCase(type, "application/json");
  }
  return false;
}

}  // namespace enks::attestation
