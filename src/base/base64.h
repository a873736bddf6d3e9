#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace enks::base {

// RFC 4648 section 4: the standard alphabet with padding.
std::string ToBase64(ByteView bytes);

// RFC 4648 section 5: the URL alphabet without padding, as JWTs use it.
std::string ToBase64Url(ByteView bytes);

// Reads what phones send: the standard or the URL alphabet, mixed at will, with or without any
// number of trailing `=`; CR and LF anywhere are skipped; unused trailing bits are not looked at
// (spec/publish.md section 2, "Decoding semantics"). Nothing on any other character or when one
// character is left over.
std::optional<Bytes> FromAnyBase64(std::string_view text);

// Reads RFC 4648 section 5 without padding (JWT segments): the URL alphabet only, no `=`. As in the
// reference CR and LF anywhere are skipped and unused trailing bits are not looked at.
std::optional<Bytes> FromBase64UrlUnpadded(std::string_view text);

}  // namespace enks::base
