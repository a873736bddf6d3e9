#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace enks::authority {

// The most keys of any kind that a document may list. More is no key rollover any more but a
// mistake, or somebody who wants to fill the database.
inline constexpr std::size_t kJwkSetKeysMax = 64;
// The longest kid that is taken.
inline constexpr std::size_t kKidBytesMax = 256;

// A public key that a health authority publishes for its certificates.
struct PublishedKey {
  std::string kid;
  std::string public_key_pem;  // SPKI, EC P-256, as crypto::EcdsaPublicKey::ToPem() writes it
};

struct JwkSet {
  std::vector<PublishedKey> keys;    // at least one; in document order, each kid once
  std::vector<std::string> skipped;  // a sentence for each key that is not used: kid and reason
};

// Reads a JWKS document: the object of RFC 7517 section 5 with its member `keys`, or the bare array
// that the reference expects (divergence J4). Keys that cannot verify our certificates, which are
// ES256 on P-256 (divergence P22), are skipped, so that one of them does not cost the authority the
// others (J10); likewise keys without a usable kid, and the second of two equal kids (J11).
//
// kInvalidArgument if the text is neither form, lists too many keys, or has no usable key at all:
// an empty answer is a fault of whoever serves it and must not be read as "revoke everything" (J3).
// The message never holds any of the text.
Result<JwkSet> ReadJwkSet(std::string_view text);

}  // namespace enks::authority
