#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/public_key.h"

namespace enks::crypto {

// An RSA private key of 2048 to 4096 bits, as service accounts have. Not printable; wiped by
// OpenSSL when it goes. Immutable; thread-safe; cheap to copy.
class RsaPrivateKey {
 public:
  // Of 2048 bits. Takes some tenths of a second.
  static RsaPrivateKey Generate();
  // From PEM (PKCS #8 `PRIVATE KEY` or PKCS #1 `RSA PRIVATE KEY`, unencrypted). kInvalidArgument
  // says what is wrong; the message never holds key material.
  static Result<RsaPrivateKey> FromPem(std::string_view pem);

  // PKCS #1 v1.5 with SHA-256 over `message` (RFC 8017 section 8.2; RS256 of RFC 7518).
  Bytes SignSha256(ByteView message) const;

  crypto::PublicKey PublicKey() const;
  // PKCS #8 PEM. The caller must treat it as the secret it is.
  std::string ToPem() const;

 private:
  struct Key;
  explicit RsaPrivateKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const Key> key_;
};

}  // namespace enks::crypto
