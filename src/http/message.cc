#include "http/message.h"

#include "http/header_field.h"

namespace enks::http {

std::string_view Request::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (SameIgnoringCase(key, name)) return value;
  }
  return {};
}

}  // namespace enks::http
