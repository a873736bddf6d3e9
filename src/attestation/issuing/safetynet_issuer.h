#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "attestation/freshness.h"
#include "crypto/certificate.h"
#include "crypto/issuing.h"
#include "crypto/rsa.h"

namespace enks::attestation::issuing {

// What SafetyNet tells of an app and its device.
struct SafetyNetResult {
  std::string nonce;  // the bytes that the app gave to SafetyNet
  MadeAt made_at;
  std::string package;
  std::vector<std::string> certificate_digests;  // base64
  bool cts_profile_match = true;
  bool basic_integrity = true;
  std::string evaluation_type = "BASIC";
};

// Stands in for Google: a root, an authority below it and a server certificate for
// attest.android.com, all of its own making.
class SafetyNetIssuer {
 public:
  // All certificates are valid for `life` from `not_before` on.
  explicit SafetyNetIssuer(base::UnixTime not_before,
                           std::chrono::hours life = std::chrono::hours(24));

  const crypto::Certificate& root() const { return root_.certificate; }
  const crypto::CertifiedKey& authority() const { return authority_; }
  const crypto::CertifiedKey& leaf() const { return leaf_; }

  // A token as SafetyNet makes them.
  std::string Token(const SafetyNetResult& result) const;
  // One with any payload, or with any header, too, which is signed as RS256 whatever it says.
  std::string TokenOf(std::string_view payload) const;
  std::string Sign(std::string_view header, std::string_view payload) const;

 private:
  crypto::RsaPrivateKey key_;
  crypto::CertifiedKey root_;
  crypto::CertifiedKey authority_;
  crypto::CertifiedKey leaf_;
};

// The payload that says `result`, as JSON.
std::string SafetyNetPayload(const SafetyNetResult& result);
// The header for a chain, leaf first.
std::string SafetyNetHeader(std::string_view algorithm,
                            const std::vector<crypto::Certificate>& chain);
// The text of a server certificate for `host`.
crypto::CertificateText ServerText(const std::string& host, base::UnixTime not_before,
                                   base::UnixTime not_after);
// header.payload.signature.
std::string SignRs256(std::string_view header, std::string_view payload,
                      const crypto::RsaPrivateKey& key);

}  // namespace enks::attestation::issuing
