#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "exposure/tek.h"
#include "store/keys.h"

namespace enks::store::runs {

// The keys of one release time, as a recall must see them to take padding with it: padding copies
// release time, regions and traveler flag of real keys, so the two are alike where these are.
//
// If only real keys were recalled, a comparison of two files would tell which keys were padding
// (docs/padding.md). So of the padding keys of each place the same share is recalled as of its real
// keys. The share counts whatever was revoked so far: a recall that is repeated, or taken up again
// after it was broken off, adds what is missing and no more.
class PaddingShare {
 public:
  // What the newest report of a key says.
  enum class State { kStands, kRevised, kRevoked };

  void Add(const Origin& origin, const exposure::KeyData& key, State state);

  // Padding keys to be recalled, chosen at random. Ends the share's use.
  std::vector<exposure::KeyData> Choose(base::Random& random) &&;

 private:
  struct Place {
    std::int64_t real = 0;
    std::int64_t real_revoked = 0;
    std::int64_t padding_revoked = 0;
    std::vector<exposure::KeyData> padding;  // not revoked yet
  };

  std::map<std::pair<std::vector<std::string>, bool>, Place> places_;
};

}  // namespace enks::store::runs
