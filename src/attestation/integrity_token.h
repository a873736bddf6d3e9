#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "attestation/checks.h"
#include "attestation/integrity_keys.h"

namespace enks::attestation {

// How opening a Play Integrity token with the developer's own keys ended.
enum class TokenOpening : std::uint8_t {
  kOpened,     // decrypted, and signed by Google with the key of the same pair
  kForGoogle,  // looks like a token, but for none of the pairs: only Google can tell what it is
  kRefused,    // not a token, changed after it was encrypted, or signed by somebody else
};

struct OpenedToken {
  TokenOpening opening = TokenOpening::kRefused;
  std::string verdict;  // kOpened: JSON
};

// Opens `token` with whichever of `keys` fits; none fits if there are none. kRefused has told
// `checks` why; kForGoogle tells it nothing yet, because a server that may ask Google does so.
//
// Google documents that developers open tokens of classic requests themselves, and that tokens of
// standard requests go to Google. What kind a token is, is told inside, so nothing but a fitting
// key decides: a token that opens needs nobody else, and one that was opened and found wrong is
// never sent to Google to be found right. A server that leaves all tokens to Google opens them with
// no keys, so that what cannot be a token costs no call.
OpenedToken OpenIntegrityToken(std::string_view token, std::span<const IntegrityKeys> keys,
                               Checks& checks);

}  // namespace enks::attestation
