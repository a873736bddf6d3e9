#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "phone/health_authority.h"

namespace enks::bench {

// How many keys a phone uploads that was in use for two weeks.
inline constexpr int kKeysOfUpload = 14;

// Makes whole HTTP requests as phones send them, ready before the clock runs: 14 random keys of
// past days, a certificate of `authority` over them, padding as the simulated phone pads.
// `authority` and `clock` must outlive it. Requests must be sent before their certificates expire.
class UploadMaker {
 public:
  UploadMaker(const phone::HealthAuthority& authority, const base::Clock& clock, std::uint64_t seed)
      : authority_(authority), clock_(clock), random_(seed) {}

  std::vector<std::string> Accepted(std::size_t count);
  // The certificate is good, but not for these keys: the last check refuses them. So they cost what
  // reading and checking an upload costs, and no store.
  std::vector<std::string> RefusedAtLast(std::size_t count);
  // Cover traffic, which the server answers without looking at it: what HTTP alone costs.
  std::vector<std::string> Cover(std::size_t count);

 private:
  enum class Ending { kAccepted, kRefused };
  std::string Make(Ending ending);

  const phone::HealthAuthority& authority_;
  const base::Clock& clock_;
  base::SeededRandom random_;
};

}  // namespace enks::bench
