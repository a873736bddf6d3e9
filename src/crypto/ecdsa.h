#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/digest.h"

namespace enks::crypto {

// An EC P-256 public key, parsed once and used often. Immutable; thread-safe; cheap to copy.
class EcdsaPublicKey {
 public:
  // From PEM that holds a SubjectPublicKeyInfo; as in the reference its label, PUBLIC KEY by
  // custom, does not matter. kInvalidArgument says whether the text is no such PEM, not an EC key
  // or on another curve. Only P-256 is taken (divergence P22).
  static Result<EcdsaPublicKey> FromPem(std::string_view pem);
  // From a DER SubjectPublicKeyInfo and nothing behind it. kInvalidArgument as FromPem.
  static Result<EcdsaPublicKey> FromSpki(ByteView der);
  // From the point's coordinates, big-endian and 32 bytes each (RFC 7518 section 6.2.1).
  // kInvalidArgument says whether a length is wrong or the point is not on the curve.
  static Result<EcdsaPublicKey> FromCoordinates(ByteView x, ByteView y);

  // Whether `signature`, ASN.1 DER, is one of `digest`.
  bool VerifyDer(const Sha256Digest& digest, ByteView signature) const;

  // Whether `signature`, 64 bytes r || s (RFC 7518 section 3.4), is one of `digest`.
  bool VerifyRaw(const Sha256Digest& digest, ByteView signature) const;

  std::string ToPem() const;

 private:
  friend class EcdsaPrivateKey;
  struct Key;
  explicit EcdsaPublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const Key> key_;
};

// The 64 bytes r || s of a P-256 signature in ASN.1 DER; nothing if it is no such DER or a number
// is longer than 32 bytes.
std::optional<Bytes> RawSignature(ByteView der);

// An EC P-256 private key. Not printable; wiped by OpenSSL when it goes. Thread-safe.
class EcdsaPrivateKey {
 public:
  static EcdsaPrivateKey Generate();
  // From PEM (SEC 1 `EC PRIVATE KEY` or PKCS #8 `PRIVATE KEY`, unencrypted) or SEC 1 DER.
  // kInvalidArgument as EcdsaPublicKey::FromPem; the message never holds key material.
  static Result<EcdsaPrivateKey> FromPem(std::string_view pem);
  static Result<EcdsaPrivateKey> FromDer(ByteView der);

  // ASN.1 DER SEQUENCE(r, s), with a fresh random nonce each time.
  Bytes SignDer(const Sha256Digest& digest) const;
  // 64 bytes r || s, as JWTs carry it.
  Bytes SignRaw(const Sha256Digest& digest) const;

  EcdsaPublicKey PublicKey() const;
  // PKCS #8 PEM. The caller must treat it as the secret it is.
  std::string ToPem() const;

 private:
  struct Key;
  explicit EcdsaPrivateKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const Key> key_;
};

}  // namespace enks::crypto
