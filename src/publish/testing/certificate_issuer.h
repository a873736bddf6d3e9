#pragma once

#include <string>
#include <vector>

#include "authority/certificate_issuer.h"
#include "authority/tek_mac.h"
#include "base/base64.h"
#include "crypto/ecdsa.h"
#include "store/records.h"

namespace enks::publish {

// A health authority for tests: its row in the store, and the certificates it gives phones.
class CertificateIssuer {
 public:
  explicit CertificateIssuer(base::UnixTime now)
      : now_(now), key_(crypto::EcdsaPrivateKey::Generate()) {}

  store::HealthAuthority Authority() const {
    store::HealthAuthority authority;
    authority.issuer = "doh.example";
    authority.audience = "keys.example";
    authority.name = "Department of Health";
    authority.keys.push_back(Key());
    return authority;
  }

  store::HealthAuthorityKey Key() const {
    return {"v1", now_ - std::chrono::hours(24), {}, key_.PublicKey().ToPem()};
  }

  // The HMAC key that Certificate() commits to, as a request carries it.
  static std::string HmacKey() { return base::ToBase64(base::AsBytes(kSecret)); }

  // A certificate for exactly these keys.
  std::string Certificate(const std::vector<exposure::SubmittedKey>& keys,
                          exposure::ReportType report_type) const {
    authority::CertificateOrder order;
    order.issuer = "doh.example";
    order.audience = "keys.example";
    order.key_version = "v1";
    order.report_type = report_type;
    order.issued_at = now_;
    const std::vector<base::Bytes> macs = authority::AllowedTekMacs(keys, base::AsBytes(kSecret));
    if (!macs.empty()) order.tek_mac = macs.front();
    return authority::IssueCertificate(order, key_);
  }

 private:
  static constexpr std::string_view kSecret = "0123456789abcdef";

  const base::UnixTime now_;
  const crypto::EcdsaPrivateKey key_;
};

}  // namespace enks::publish
