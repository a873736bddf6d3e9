#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/ecdsa.h"
#include "exposure/rules.h"

namespace enks::authority {

// What a health authority's verification server is asked to vouch for.
struct CertificateOrder {
  std::string issuer;
  std::string audience;
  std::string key_version;  // kid
  exposure::ReportType report_type = exposure::ReportType::kConfirmed;
  std::uint32_t symptom_onset = 0;  // interval number; 0 is left out
  base::Bytes tek_mac;              // what the phone computed: AllowedTekMacs(keys, hmac_key)[0]
  base::UnixTime issued_at;
  std::chrono::seconds lifetime{15 * 60};
};

// Issues a verification certificate as the verification server of a health authority does. A server
// of ours never issues one for real people: this is for the phone simulator and for tests.
std::string IssueCertificate(const CertificateOrder& order, const crypto::EcdsaPrivateKey& key);

}  // namespace enks::authority
