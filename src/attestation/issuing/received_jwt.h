#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "base/bytes.h"

namespace enks::attestation::issuing {

// A signed token as a fake upstream receives it, taken apart and not yet believed.
struct ReceivedJwt {
  std::string header;  // JSON
  std::string claims;  // JSON
  std::string signing_input;
  base::Bytes signature;
};

inline std::optional<ReceivedJwt> TakeApart(std::string_view token) {
  const std::size_t first = token.find('.'), last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const auto header = base::FromBase64UrlUnpadded(token.substr(0, first));
  const auto claims = base::FromBase64UrlUnpadded(token.substr(first + 1, last - first - 1));
  auto signature = base::FromBase64UrlUnpadded(token.substr(last + 1));
  if (!header || !claims || !signature) return std::nullopt;
  return ReceivedJwt{std::string(base::AsText(*header)), std::string(base::AsText(*claims)),
                     std::string(token.substr(0, last)), *std::move(signature)};
}

}  // namespace enks::attestation::issuing
