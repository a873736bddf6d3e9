#include "publish/chaff.h"

#include "http/padding.h"
#include "http/status.h"

namespace enks::publish {

bool IsChaff(const http::Request& request) {
  return !request.Header("X-Chaff").empty();
}

// Base64 grows in steps of four characters, so blanks, which JSON allows before a value, make up
// the rest: otherwise the length modulo four would tell answers apart.
Padding MatchingPadding(int status, std::size_t own_bytes, std::size_t target_bytes,
                        std::size_t padding_bytes, base::Random& random) {
  const std::size_t own = own_bytes + http::ReasonPhrase(status).size();
  const std::size_t target =
      target_bytes + http::ReasonPhrase(200).size() + (padding_bytes + 2) / 3 * 4;
  if (own >= target) return {};
  const std::size_t missing = target - own;
  return {http::MakePadding(missing / 4 * 3, random), missing % 4};
}

}  // namespace enks::publish
