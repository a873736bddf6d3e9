#include "attestation/apple_credentials.h"

#include "attestation/jwt_text.h"
#include "crypto/digest.h"
#include "crypto/ecdsa.h"
#include "json/writer.h"

namespace enks::attestation {

Result<std::string> AppleCredentials::Token() {
  const base::UnixTime now = clock_.Now();
  const std::lock_guard lock(mutex_);
  // A clock that was set back leaves a token from the future, which Apple would refuse.
  const bool is_fresh = issued_ <= now && now - issued_ < kAppleTokenAgeMax;
  if (token_.empty() || !is_fresh) {
    ENKS_ASSIGN(token_, MakeToken(now));
    issued_ = now;
  }
  return token_;
}

void AppleCredentials::Forget() {
  const std::lock_guard lock(mutex_);
  token_.clear();
}

Result<std::string> AppleCredentials::MakeToken(base::UnixTime now) const {
  json::Writer header, claims;
  header.BeginObject().Name("alg").Text("ES256").Name("kid").Text(key_.key_id).EndObject();
  claims.BeginObject().Name("iss").Text(key_.team_id);
  claims.Name("iat").Int(now.time_since_epoch().count()).EndObject();
  std::string input = JwtSigningInput(std::move(header).Take(), std::move(claims).Take());
  ENKS_ASSIGN(const base::Bytes der, key_.signer->SignDigest(crypto::Sha256(base::AsBytes(input))));
  // RFC 7518 section 3.4: not the DER that signers give.
  const auto raw = crypto::RawSignature(der);
  if (!raw) return absl::InternalError("a signer gave no P-256 signature");
  return SignedJwt(std::move(input), *raw);
}

}  // namespace enks::attestation
