#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "secrets/signer.h"

namespace enks::attestation {

// A key that Apple gave a team for DeviceCheck (a .p8 file).
struct AppleKey {
  std::string team_id;
  std::string key_id;
  std::shared_ptr<secrets::Signer> signer;
};

// How long one token is used. Apple takes them for an hour.
inline constexpr std::chrono::minutes kAppleTokenAgeMax{20};

// The tokens by which a team says who it is: JWT, ES256, made by the team itself and used for a
// while (docs/attestation.md, "DeviceCheck"). Thread-safe.
class AppleCredentials {
 public:
  // `clock` outlives the credentials.
  AppleCredentials(AppleKey key, const base::Clock& clock) : key_(std::move(key)), clock_(clock) {}

  Result<std::string> Token();
  // The token was refused: the next one is made anew.
  void Forget();

 private:
  Result<std::string> MakeToken(base::UnixTime now) const;

  const AppleKey key_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::string token_;        // guarded by mutex_; empty: none
  base::UnixTime issued_{};  // guarded by mutex_
};

}  // namespace enks::attestation
