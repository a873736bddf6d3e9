#pragma once

#include <absl/functional/any_invocable.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "attestation/alarms.h"
#include "attestation/upstream.h"
#include "base/clock.h"
#include "secrets/service_account.h"

namespace enks::attestation {

// So long before its end an access token is not used any more.
inline constexpr std::chrono::seconds kAccessTokenMargin{60};
// How many may wait for one token. There is a call under way for each of them otherwise.
inline constexpr std::size_t kAccessTokenWaitersMax = 256;

// OAuth access tokens for a service account (RFC 7523 section 2.1): asked for when needed, by one
// call at a time however many wait for it, and kept until shortly before they end. Thread-safe.
class AccessTokens {
 public:
  // Gets the token; empty if there is none to be had now, of which operators were told.
  using Done = absl::AnyInvocable<void(std::string token)>;

  // `scope` is what the tokens are to allow; `name` is what operators call the account. `endpoint`
  // is an upstream made for the account's token_uri(). All outlive this and the calls it began.
  static std::shared_ptr<AccessTokens> Create(std::string name, std::string scope,
                                              secrets::ServiceAccount account, Upstream& endpoint,
                                              Alarms& alarms, const base::Clock& clock);
  virtual ~AccessTokens() = default;

  // Calls `done` exactly once, on any thread, perhaps before this returns. It must not block.
  virtual void Get(Done done) = 0;
  // The token was refused: it is not given out again.
  virtual void Drop(std::string_view token) = 0;
};

}  // namespace enks::attestation
