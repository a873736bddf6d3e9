#include "phone/health_authority.h"

#include "authority/certificate_issuer.h"

namespace enks::phone {

std::string HealthAuthority::Certify(const Statement& statement, base::UnixTime now) const {
  const std::int32_t onset = statement.symptom_onset.number;
  return authority::IssueCertificate(
      {.issuer = identity_.issuer,
       .audience = identity_.audience,
       .key_version = identity_.key_version,
       .report_type = statement.report_type,
       .symptom_onset = onset > 0 ? static_cast<std::uint32_t>(onset) : 0,
       .tek_mac = statement.tek_mac,
       .issued_at = now,
       .lifetime = kValidity},
      key_);
}

// It has the form of a certificate that says nothing of anybody, for another audience.
std::string HealthAuthority::StatisticsToken(const std::string& audience,
                                             base::UnixTime now) const {
  authority::CertificateOrder order;
  order.issuer = identity_.issuer;
  order.audience = audience;
  order.key_version = identity_.key_version;
  order.issued_at = now;
  order.lifetime = kValidity;
  return authority::IssueCertificate(order, key_);
}

}  // namespace enks::phone
