#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "attestation/reason.h"
#include "attestation/secrets_of_days.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"

namespace enks::attestation {

// How old a challenge may be, and how far the clock of another process that gave it out may be
// ahead.
inline constexpr std::chrono::minutes kChallengeAgeMax{10};
inline constexpr std::chrono::seconds kChallengeLeeway{60};

// A challenge that came back.
struct CheckedChallenge {
  // Or kMalformed, kBindingMismatch (not ours), kStale, kFuture, and kUnavailable while the secret
  // of the day was not read.
  Reason reason = Reason::kNone;
  base::Bytes nonce;  // with kNone: 16 bytes for the replay memory
};

// Challenges that phones may have to work into an attestation, for schemes that have no trusted
// time of their own. Nothing is stored: a challenge is its time and 16 random bytes, and a MAC over
// them (docs/attestation.md, "Challenges"). Thread-safe; never blocks.
class Challenges {
 public:
  // All outlive it; `random` is thread-safe and fit for secrets.
  Challenges(const SecretsOfDays& secrets, base::Random& random)
      : secrets_(secrets), random_(random) {}

  // Base64 of 56 bytes. Nothing while the secret of the day was not read.
  std::optional<std::string> Make(base::UnixTime now);
  CheckedChallenge Check(std::string_view base64, base::UnixTime now) const;

 private:
  const SecretsOfDays& secrets_;
  base::Random& random_;
};

}  // namespace enks::attestation
