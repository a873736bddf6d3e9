#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "crypto/certificate.h"

// A certificate authority for simulated phones and for tests: whatever a certificate can say, it
// signs. Nothing that protects real people is signed here.
namespace enks::crypto {

// What a certificate is to say. Names and extensions are written as OpenSSL's configuration writes
// them: {"CN", "attest.android.com"}; {"subjectAltName", "DNS:attest.android.com"},
// {"basicConstraints", "critical,CA:TRUE"}, {"1.2.3.4", "DER:0403010203"}.
struct CertificateText {
  std::vector<std::pair<std::string, std::string>> subject;
  std::vector<std::pair<std::string, std::string>> extensions;
  base::UnixTime not_before;
  base::UnixTime not_after;
  std::uint64_t serial = 1;
};

// A certificate and the private key of its subject, as PEM.
struct CertifiedKey {
  Certificate certificate;
  std::string private_key;
};

// A certificate signed by the subject itself with ECDSA or RSA and SHA-256.
CertifiedKey SelfSigned(const CertificateText& text, std::string private_key);
// One signed by `issuer`, whatever that one's certificate allows.
CertifiedKey IssuedBy(const CertifiedKey& issuer, const CertificateText& text,
                      std::string private_key);

// The usual text of a certification authority called `name`.
CertificateText AuthorityText(const std::string& name, base::UnixTime not_before,
                              base::UnixTime not_after);

// The certificate in a PEM block.
std::string ToPem(const Certificate& certificate);

}  // namespace enks::crypto
