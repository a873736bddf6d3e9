#pragma once

#include <chrono>

#include "authority/directory.h"
#include "authority/jwt.h"
#include "base/clock.h"
#include "base/result.h"

// What a certificate and a statistics token have in common: both are JWTs that a health authority
// signed (spec/verification-certificate.md sections 1 and 5).
namespace enks::authority {

// The key of `authority` that the token names and that is valid at `now`, both ends of its validity
// being outside. Null if there is none.
const store::HealthAuthorityKey* FindActiveKey(const Jwt& jwt,
                                               const store::HealthAuthority& authority,
                                               base::UnixTime now);

struct TimesAndSignature {
  Status status;
  // How far iat or nbf of a token that is really signed by `key` lies in our future: so much the
  // clocks of the two servers differ at least. Zero otherwise.
  std::chrono::seconds ahead{0};
};

// Section 1, check 7: kUnauthenticated with the reference's reason if the token is not valid yet,
// not signed by `key`, or expired. The clock may be off by `leeway`.
TimesAndSignature CheckTimesAndSignature(const Jwt& jwt, const crypto::EcdsaPublicKey& key,
                                         base::UnixTime now, std::chrono::seconds leeway);

}  // namespace enks::authority
