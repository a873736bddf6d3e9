#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authority/directory.h"
#include "authority/tek_mac.h"
#include "base/clock.h"
#include "exposure/rules.h"

namespace enks::authority {

// How strict the server is beyond the reference (divergence P22). The defaults keep every client of
// the reference working.
struct CertificateRules {
  std::chrono::seconds clock_leeway{0};  // allowed skew on exp, iat and nbf
  bool require_expiry = false;           // refuse certificates without exp
  std::chrono::seconds lifetime_max{0};  // exp - iat, both then required; 0: no limit
  std::size_t hmac_key_bytes_min = 0;
};

struct VerifiedCertificate {
  exposure::Diagnosis diagnosis;
  std::int64_t health_authority_id = 0;
  std::string key_version;  // kid
};

// A health authority's clock that runs ahead of ours: it signed a time that has not come yet.
struct ClockDrift {
  std::string issuer;             // a configured one; empty: no drift was seen
  std::chrono::seconds ahead{0};  // at least
};

struct CertificateVerdict {
  std::optional<VerifiedCertificate> certificate;
  std::string reason;  // why not, for the answer's error text; empty when verified
  ClockDrift drift;    // for the operator; also of certificates that are taken for the leeway
};

// Verifies what a publish request carries as proof of a diagnosis: spec/verification-certificate.md
// sections 1 and 2, checks in that order. Holds nothing but its rules. Thread-safe.
class CertificateVerifier {
 public:
  explicit CertificateVerifier(CertificateRules rules) : rules_(rules) {}

  // `hmac_key_base64` and `keys` as they were sent; `app` as `directory` holds it.
  CertificateVerdict Verify(std::string_view jwt, std::string_view hmac_key_base64,
                            const std::vector<exposure::SubmittedKey>& keys,
                            const store::AuthorizedApp& app, const DirectorySnapshot& directory,
                            base::UnixTime now) const;

 private:
  const CertificateRules rules_;
};

}  // namespace enks::authority
