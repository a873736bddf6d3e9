#include "authority/certificate.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "authority/jwt.h"
#include "authority/jwt_checks.h"
#include "base/base64.h"
#include "base/duration.h"
#include "base/secret.h"
#include "crypto/digest.h"

namespace enks::authority {
namespace {

using std::chrono::seconds;

Status Refuse(const std::string& reason) {
  return absl::UnauthenticatedError(reason);
}

// Checks 4 and 5: for whom it was issued, and with which key.
Result<const store::HealthAuthorityKey*> FindKey(const Jwt& jwt,
                                                 const store::HealthAuthority& authority,
                                                 base::UnixTime now) {
  if (jwt.claims.audience != authority.audience) {
    return Refuse(absl::StrCat("audience mismatch for issuer: ", authority.issuer));
  }
  if (const store::HealthAuthorityKey* const key = FindActiveKey(jwt, authority, now)) return key;
  return Refuse("no active public keys for health authority");
}

// What an operator may demand beyond the reference (divergence P22). Comes after check 7, so that
// exp, if there is one, is about now or later and exp - limit cannot overflow.
Status CheckLifetime(const CertificateClaims& claims, const CertificateRules& rules) {
  const bool is_limited = rules.lifetime_max > seconds(0);
  if (claims.expires_at == 0) {
    return rules.require_expiry || is_limited ? Refuse("certificate has no expiry (exp)")
                                              : absl::OkStatus();
  }
  // Without iat, which then reads 0, the lifetime began in 1970.
  if (is_limited && claims.issued_at < claims.expires_at - rules.lifetime_max.count()) {
    return Refuse(absl::StrCat("certificate is valid for longer than ",
                               base::FormatDuration(rules.lifetime_max), " from its iat"));
  }
  return absl::OkStatus();
}

// Check 8. Comes after the signature, so that a stranger cannot ask whom an app trusts.
Status CheckAppTrusts(const store::AuthorizedApp& app, const store::HealthAuthority& authority) {
  const auto& trusted = app.health_authority_ids;
  if (std::ranges::find(trusted, authority.id) != trusted.end()) return absl::OkStatus();
  return Refuse(absl::StrCat("app ", app.name,
                             " does not accept certificates of issuer: ", authority.issuer));
}

// Check 9.
Result<exposure::Diagnosis> ReadDiagnosis(const CertificateClaims& claims) {
  const auto report_type = exposure::ReportTypeFromName(claims.report_type);
  if (!report_type || *report_type == exposure::ReportType::kUnspecified) {
    return Refuse("reportType is missing or not a known report type");
  }
  // Numbers of 2^31 and more wrap to negative ones, which no rule on onsets accepts.
  return exposure::Diagnosis{
      .report_type = *report_type,
      .symptom_onset = static_cast<std::int32_t>(claims.symptom_onset),
  };
}

// Checks 2 to 9.
Result<VerifiedCertificate> VerifyClaims(const Jwt& jwt, const store::AuthorizedApp& app,
                                         const DirectorySnapshot& directory,
                                         const CertificateRules& rules, base::UnixTime now,
                                         ClockDrift& drift) {
  if (jwt.algorithm != "ES256") return Refuse("unsupported signing method, must be ES256");
  if (!jwt.names_key) return Refuse("missing required header field 'kid'");
  const store::HealthAuthority* const authority = directory.FindIssuer(jwt.claims.issuer);
  if (authority == nullptr) {
    return Refuse(absl::StrCat("issuer not found: ", jwt.claims.issuer));
  }
  ENKS_ASSIGN(const store::HealthAuthorityKey* const key, FindKey(jwt, *authority, now));
  const Result<crypto::EcdsaPublicKey>& public_key = directory.PublicKeyOf(*key);
  if (!public_key.ok()) {
    return Refuse(absl::StrCat("public key ", key->version,
                               " of the health authority: ", public_key.status().message()));
  }
  const auto checked = CheckTimesAndSignature(jwt, *public_key, now, rules.clock_leeway);
  if (checked.ahead > seconds(0)) drift = {authority->issuer, checked.ahead};
  ENKS_TRY(checked.status);
  ENKS_TRY(CheckLifetime(jwt.claims, rules));
  ENKS_TRY(CheckAppTrusts(app, *authority));
  ENKS_ASSIGN(const exposure::Diagnosis diagnosis, ReadDiagnosis(jwt.claims));
  return VerifiedCertificate{
      .diagnosis = diagnosis, .health_authority_id = authority->id, .key_version = key->version};
}

struct TekMacInput {
  base::Bytes claimed;
  base::SecretBytes hmac_key;
};

// The first half of check 10.
Result<TekMacInput> DecodeTekMac(const CertificateClaims& claims, std::string_view hmac_key_base64,
                                 const CertificateRules& rules) {
  std::optional<base::Bytes> claimed = base::FromAnyBase64(claims.tek_mac);
  if (!claimed) return Refuse("tekmac is not base64");
  std::optional<base::Bytes> decoded_key = base::FromAnyBase64(hmac_key_base64);
  if (!decoded_key) return Refuse("hmacKey is not base64");
  base::SecretBytes hmac_key(*std::move(decoded_key));
  if (hmac_key.size() < rules.hmac_key_bytes_min) {
    return Refuse(absl::StrCat("hmacKey is shorter than ", rules.hmac_key_bytes_min, " bytes"));
  }
  return TekMacInput{.claimed = *std::move(claimed), .hmac_key = std::move(hmac_key)};
}

// The second half. Compares with every allowed MAC, so that the time does not say which one it was.
Status CheckTekMac(const TekMacInput& input, const std::vector<exposure::SubmittedKey>& keys) {
  const std::vector<base::Bytes> allowed = AllowedTekMacs(keys, input.hmac_key.Expose());
  if (allowed.empty()) return Refuse("no keys to compute the HMAC of");
  bool matches = false;
  for (const base::Bytes& mac : allowed) {
    const bool is_equal = crypto::EqualInConstantTime(mac, input.claimed);
    matches = matches || is_equal;
  }
  return matches ? absl::OkStatus() : Refuse("HMAC mismatch: certificate is not for these keys");
}

// Check 10.
Status CheckKeysAreThese(const CertificateClaims& claims, std::string_view hmac_key_base64,
                         const std::vector<exposure::SubmittedKey>& keys,
                         const CertificateRules& rules) {
  ENKS_ASSIGN(const TekMacInput tek_mac, DecodeTekMac(claims, hmac_key_base64, rules));
  return CheckTekMac(tek_mac, keys);
}

}  // namespace

CertificateVerdict CertificateVerifier::Verify(std::string_view jwt_text,
                                               std::string_view hmac_key_base64,
                                               const std::vector<exposure::SubmittedKey>& keys,
                                               const store::AuthorizedApp& app,
                                               const DirectorySnapshot& directory,
                                               base::UnixTime now) const {
  CertificateVerdict verdict;
  const auto verify = [&]() -> Status {
    ENKS_ASSIGN(const Jwt jwt, ReadJwt(jwt_text));
    ENKS_ASSIGN(VerifiedCertificate certificate,
                VerifyClaims(jwt, app, directory, rules_, now, verdict.drift));
    ENKS_TRY(CheckKeysAreThese(jwt.claims, hmac_key_base64, keys, rules_));
    verdict.certificate = std::move(certificate);
    return absl::OkStatus();
  };
  verdict.reason = std::string(verify().message());
  return verdict;
}

}  // namespace enks::authority
