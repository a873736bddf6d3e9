#include "authority/jwt_checks.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>

#include "base/duration.h"

namespace enks::authority {
namespace {

using std::chrono::seconds;

// Nanoseconds, in which durations are printed, reach about 292 years; a longer time is shown so.
constexpr seconds kShownDurationMax{9'223'372'036};

Status Refuse(const std::string& reason) {
  return absl::UnauthenticatedError(reason);
}

seconds SinceEpoch(base::UnixTime time) {
  return time.time_since_epoch();
}

// Both ends are outside (section 1, check 5).
bool IsActive(const store::HealthAuthorityKey& key, base::UnixTime now) {
  return key.from < now && (!key.thru || now < *key.thru);
}

// The comparisons below move the clock by the leeway, never a claim: a claim is any 64-bit number,
// also one that overflows.
bool IsExpired(const CertificateClaims& claims, base::UnixTime now, seconds leeway) {
  return claims.expires_at != 0 && claims.expires_at < SinceEpoch(now - leeway).count();
}

bool IsInFuture(std::int64_t claim, base::UnixTime now, seconds leeway) {
  return claim != 0 && claim > SinceEpoch(now + leeway).count();
}

seconds AheadBy(std::int64_t claim, base::UnixTime now) {
  return IsInFuture(claim, now, seconds(0)) ? seconds(claim) - SinceEpoch(now) : seconds(0);
}

std::string ExpiredFor(const CertificateClaims& claims, base::UnixTime now) {
  const seconds shown_oldest = SinceEpoch(now) - kShownDurationMax;
  const seconds expired_at = std::max(seconds(claims.expires_at), shown_oldest);
  return base::FormatGoDuration(SinceEpoch(now) - expired_at);
}

}  // namespace

const store::HealthAuthorityKey* FindActiveKey(const Jwt& jwt,
                                               const store::HealthAuthority& authority,
                                               base::UnixTime now) {
  for (const store::HealthAuthorityKey& key : authority.keys) {
    if (jwt.key_version == key.version && IsActive(key, now)) return &key;
  }
  return nullptr;
}

// The signature is verified whatever the times are, so that the time an answer takes does
// not say which of the two failed.
TimesAndSignature CheckTimesAndSignature(const Jwt& jwt, const crypto::EcdsaPublicKey& key,
                                         base::UnixTime now, seconds leeway) {
  const bool is_signed = HasSignatureOf(jwt, key);
  const CertificateClaims& claims = jwt.claims;
  TimesAndSignature checked;
  if (is_signed)
    checked.ahead = std::max(AheadBy(claims.issued_at, now), AheadBy(claims.not_before, now));
  if (IsInFuture(claims.issued_at, now, leeway) || IsInFuture(claims.not_before, now, leeway)) {
    checked.status = Refuse("not valid yet (NBF or IAT) in the future");
  } else if (!is_signed) {
    checked.status = Refuse("signature is invalid");
  } else if (IsExpired(claims, now, leeway)) {
    checked.status = Refuse(absl::StrCat("token is expired by ", ExpiredFor(claims, now)));
  }
  return checked;
}

}  // namespace enks::authority
