#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "crypto/certificate.h"

// A certificate authority for tests: whatever a certificate can say, it signs.
namespace enks::crypto::testing {

// What a certificate is to say. Names and extensions are written as OpenSSL's configuration writes
// them: {"CN", "attest.android.com"}; {"subjectAltName", "DNS:attest.android.com"},
// {"basicConstraints", "critical,CA:TRUE"}, {"1.2.3.4", "DER:0403010203"}.
struct CertificateText {
  std::vector<std::pair<std::string, std::string>> subject;
  std::vector<std::pair<std::string, std::string>> extensions;
  base::UnixTime not_before;
  base::UnixTime not_after;
  std::uint32_t serial = 1;
};

// A certificate and the private key of its subject, as PEM.
struct TestIdentity {
  Certificate certificate;
  std::string private_key;
};

// A certificate signed by the subject itself with ECDSA or RSA and SHA-256.
TestIdentity SelfSigned(const CertificateText& text, std::string private_key);
// One signed by `issuer`, whatever that one's certificate allows.
TestIdentity IssuedBy(const TestIdentity& issuer, const CertificateText& text,
                      std::string private_key);

// The usual text of a certification authority called `name`.
CertificateText AuthorityText(const std::string& name, base::UnixTime not_before,
                              base::UnixTime not_after);

// The certificate in a PEM block.
std::string ToPem(const Certificate& certificate);

}  // namespace enks::crypto::testing
