#pragma once

#include <string_view>

namespace enks::http {

// Whether two names of header fields, or two of their values that are keywords, are the same: the
// case of ASCII letters does not matter.
bool SameIgnoringCase(std::string_view a, std::string_view b);

// RFC 9110 section 5.6.2: a token, so that a name cannot end the line or the head.
bool IsHeaderName(std::string_view name);

// No control character except a tab, CR and LF above all: a value that carried one could add header
// fields or a whole answer of its own ("response splitting").
bool IsHeaderValue(std::string_view value);

}  // namespace enks::http
