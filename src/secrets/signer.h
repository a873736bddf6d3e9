#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/digest.h"

namespace enks::secrets {

using Sha256Digest = crypto::Sha256Digest;

// Signs export files with one EC P-256 private key that never leaves its home. Thread-safe.
class Signer {
 public:
  virtual ~Signer() = default;

  // ECDSA over a SHA-256 digest, as an ASN.1 DER SEQUENCE(r, s): spec/export-file.md section 3.
  virtual Result<base::Bytes> SignDigest(const Sha256Digest& digest) = 0;

  // The public half as PEM `PUBLIC KEY` (SubjectPublicKeyInfo, RFC 5480).
  virtual std::string PublicKeyPem() const = 0;
};

// Resolves key references. Thread-safe.
class KeyManager {
 public:
  virtual ~KeyManager() = default;

  // kNotFound if nothing is stored under the reference, kInvalidArgument if it is not an EC P-256
  // private key or the reference has a form this manager does not know.
  virtual Result<std::unique_ptr<Signer>> OpenSigner(std::string_view reference) = 0;

  // Makes a new EC P-256 signing key under the reference. kAlreadyExists rather than overwriting.
  virtual Status CreateSigningKey(std::string_view reference) = 0;

  // Makes a new 256-bit sealing key (revision tokens) under the reference; as above.
  virtual Status CreateSealingKey(std::string_view reference) = 0;
};

}  // namespace enks::secrets
