#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "authority/directory.h"
#include "base/clock.h"
#include "base/result.h"

namespace enks::authority {

// What a statistics token must be beside signed (spec/verification-certificate.md section 5).
struct StatsTokenRules {
  std::string audience = "keyserver";    // STATS_AUDIENCE
  bool require_expiry = true;            // refuse tokens without exp (divergence S4)
  std::chrono::seconds clock_leeway{0};  // allowed skew on exp, iat and nbf
};

// The health authority that asks for its statistics, by the JWT it signed. kUnauthenticated with
// the reference's reason if it may not.
Result<std::int64_t> VerifyStatsToken(std::string_view jwt, const StatsTokenRules& rules,
                                      const DirectorySnapshot& directory, base::UnixTime now);

}  // namespace enks::authority
