#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "exposure/revision.h"

// Revision tokens as text (spec/revision-token.md sections 1 to 3). Pure functions.
namespace enks::tokens {

// Keys that open tokens, by the id that a token names: AES-256, 32 bytes each.
using TokenKeys = std::map<std::int64_t, base::SecretBytes>;

// What one token may prove at most: it costs its opener memory, and a phone gets there only by
// uploading every few hours for a fortnight.
inline constexpr std::size_t kTokenEntriesMax = 1000;

// The token, in padded base64, that lets its holder revise `entries`. It is filled up to a multiple
// of `entries_min` entries, all equally long, so that its length tells how many multiples there are
// and nothing else (divergence R1). `entries` is not empty; those beyond kTokenEntriesMax are left
// out from the front, the oldest.
std::string SealToken(const std::vector<exposure::RevisableKey>& entries, std::int64_t key_id,
                      const base::SecretBytes& key, base::ByteView additional,
                      std::size_t entries_min, base::Random& random);

// The entries of a token that anybody may have made up. `token` is what its base64 decodes to, and
// is opened with each of `additionals` in turn. kInvalidArgument if it is no token, kNotFound if
// its key is none of `keys`, kUnauthenticated if it does not open. Costs time and memory in
// proportion to the length of `token`. Texts name no entry.
Result<std::vector<exposure::RevisableKey>> OpenToken(base::ByteView token, const TokenKeys& keys,
                                                      const std::vector<base::Bytes>& additionals);

}  // namespace enks::tokens
