#include "authority/stats_token.h"

#include <absl/strings/str_cat.h>

#include "authority/jwt.h"
#include "authority/jwt_checks.h"

namespace enks::authority {
namespace {

Status Refuse(const std::string& reason) {
  return absl::UnauthenticatedError(reason);
}

// What the reference finds while it parses the token, whose reasons it marks.
Result<std::int64_t> VerifyParsed(const Jwt& jwt, const StatsTokenRules& rules,
                                  const DirectorySnapshot& directory, base::UnixTime now) {
  if (jwt.algorithm != "ES256") return Refuse("unsupported signing method, must be ES256");
  if (!jwt.names_key) return Refuse("missing required header field 'kid'");
  if (!jwt.key_version) return Refuse("header field 'kid' is not a string");
  const store::HealthAuthority* const authority = directory.FindIssuer(jwt.claims.issuer);
  if (authority == nullptr) {
    return Refuse(absl::StrCat("issuer not found: ", jwt.claims.issuer));
  }
  if (!authority->stats_enabled) return Refuse("API access forbidden");
  const store::HealthAuthorityKey* const key = FindActiveKey(jwt, *authority, now);
  if (key == nullptr) return Refuse("key not found");
  const Result<crypto::EcdsaPublicKey>& public_key = directory.PublicKeyOf(*key);
  if (!public_key.ok()) return Refuse("the public key of the health authority is unusable");
  ENKS_TRY(CheckTimesAndSignature(jwt, *public_key, now, rules.clock_leeway).status);
  if (rules.require_expiry && jwt.claims.expires_at == 0)
    return Refuse("token has no expiry (exp)");
  return authority->id;
}

}  // namespace

Result<std::int64_t> VerifyStatsToken(std::string_view jwt_text, const StatsTokenRules& rules,
                                      const DirectorySnapshot& directory, base::UnixTime now) {
  const Result<Jwt> jwt = ReadJwt(jwt_text);
  if (!jwt.ok()) return Refuse(absl::StrCat("unauthorized: ", jwt.status().message()));
  const Result<std::int64_t> authority = VerifyParsed(*jwt, rules, directory, now);
  if (!authority.ok()) {
    return Refuse(absl::StrCat("unauthorized: ", authority.status().message()));
  }
  if (jwt->claims.audience != rules.audience) return Refuse("audience mismatch");
  return authority;
}

}  // namespace enks::authority
