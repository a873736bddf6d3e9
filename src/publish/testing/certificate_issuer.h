#pragma once

#include <fmt/core.h>

#include <string>
#include <vector>

#include "authority/certificate.h"
#include "base/base64.h"
#include "crypto/digest.h"
#include "crypto/ecdsa.h"
#include "store/records.h"

namespace enks::publish {

// A health authority for tests: one key, and the certificates a verification server would issue
// with it (spec/verification-certificate.md section 1).
class CertificateIssuer {
 public:
  explicit CertificateIssuer(base::UnixTime now)
      : now_(now), key_(crypto::EcdsaPrivateKey::Generate()) {}

  store::HealthAuthority Authority(std::int64_t id) const {
    store::HealthAuthority authority;
    authority.id = id;
    authority.issuer = "doh.example";
    authority.audience = "keys.example";
    authority.name = "Department of Health";
    authority.keys.push_back({"v1", now_ - std::chrono::hours(24), {}, key_.PublicKey().ToPem()});
    return authority;
  }

  // The HMAC key that Certificate() commits to, as a request carries it.
  static std::string HmacKey() { return base::ToBase64(base::AsBytes(kSecret)); }

  // A certificate for exactly these keys.
  std::string Certificate(const std::vector<exposure::SubmittedKey>& keys,
                          std::string_view report_type = "confirmed",
                          std::uint32_t symptom_onset = 0) const {
    const std::vector<base::Bytes> macs = authority::AllowedTekMacs(keys, base::AsBytes(kSecret));
    const std::string mac = macs.empty() ? "" : base::ToBase64(macs.front());
    return Sign(fmt::format(
        R"({{"iss":"doh.example","aud":"keys.example","iat":{0},"exp":{1},"reportType":"{2}",)"
        R"("symptomOnsetInterval":{3},"tekmac":"{4}"}})",
        now_.time_since_epoch().count(),
        (now_ + std::chrono::minutes(15)).time_since_epoch().count(), report_type, symptom_onset,
        mac));
  }

 private:
  static constexpr std::string_view kSecret = "0123456789abcdef";

  std::string Sign(std::string_view claims) const {
    const std::string signed_part =
        Segment(R"({"alg":"ES256","kid":"v1","typ":"JWT"})") + "." + Segment(claims);
    const base::Bytes signature = key_.SignRaw(crypto::Sha256(base::AsBytes(signed_part)));
    return signed_part + "." + base::ToBase64Url(signature);
  }
  static std::string Segment(std::string_view text) {
    return base::ToBase64Url(base::AsBytes(text));
  }

  const base::UnixTime now_;
  const crypto::EcdsaPrivateKey key_;
};

}  // namespace enks::publish
