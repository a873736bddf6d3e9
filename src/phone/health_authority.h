#pragma once

#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/ecdsa.h"
#include "exposure/tek.h"

namespace enks::phone {

// Under which names the server knows a health authority and its key.
struct AuthorityIdentity {
  std::string issuer = "simulated health authority";
  std::string audience = "enks";
  std::string key_version = "v1";  // the certificate's kid
};

// What a health authority vouches for. It sees the HMAC only, never the keys.
struct Statement {
  exposure::ReportType report_type = exposure::ReportType::kConfirmed;
  exposure::Interval symptom_onset;  // number 0: not known
  base::Bytes tek_mac;
};

// A simulated health authority: certifies whatever it is asked to. Its public key is registered
// with `enks authority add`. Immutable; thread-safe.
class HealthAuthority {
 public:
  // How long a certificate is good for: as long as the reference's sample issuer gives.
  static constexpr std::chrono::minutes kValidity{5};

  HealthAuthority(AuthorityIdentity identity, crypto::EcdsaPrivateKey key)
      : identity_(std::move(identity)), key_(std::move(key)) {}

  const AuthorityIdentity& identity() const { return identity_; }
  std::string PublicKeyPem() const { return key_.PublicKey().ToPem(); }

  // A token to ask for statistics with, likewise.
  std::string StatisticsToken(const std::string& audience, base::UnixTime now) const;

  // A verification certificate (spec/verification-certificate.md section 1) issued at `now`.
  std::string Certify(const Statement& statement, base::UnixTime now) const;

 private:
  const AuthorityIdentity identity_;
  const crypto::EcdsaPrivateKey key_;
};

}  // namespace enks::phone
