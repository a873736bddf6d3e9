#pragma once

#include <absl/functional/any_invocable.h>

#include <memory>
#include <string>
#include <string_view>

#include "attestation/access_tokens.h"
#include "attestation/alarms.h"
#include "attestation/reason.h"
#include "attestation/upstream.h"

namespace enks::attestation {

inline constexpr std::string_view kPlayIntegrityBaseUrl = "https://playintegrity.googleapis.com";
// What an access token must allow.
inline constexpr std::string_view kPlayIntegrityScope =
    "https://www.googleapis.com/auth/playintegrity";

// Has Google decode Play Integrity tokens that we have no keys for. Google learns that this app on
// this device attested now, and nothing about the upload. Thread-safe.
class PlayDecoder {
 public:
  struct Decoded {
    Reason reason = Reason::kUnavailable;
    std::string verdict;  // with kNone: JSON for CheckIntegrityVerdict(), which has yet to judge it
  };
  using Done = absl::AnyInvocable<void(Decoded)>;

  // `name` is what operators call the policy. All that is referred to outlives the decoder and the
  // calls it began.
  static std::unique_ptr<PlayDecoder> Create(std::string name, std::shared_ptr<AccessTokens> tokens,
                                             Upstream& google, Alarms& alarms);
  virtual ~PlayDecoder() = default;

  // `package` is the app of the policy, never what a phone said. Calls `done` exactly once, on any
  // thread, perhaps before this returns: kNone, kUpstreamRejected, kUnavailable, or kConfigError if
  // the package is no name of one. It must not block. Never asked twice, since Google counts how
  // often a token is decoded and then says less.
  virtual void Decode(std::string_view package, std::string_view token, Done done) = 0;
};

}  // namespace enks::attestation
