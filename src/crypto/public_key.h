#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/digest.h"

namespace enks::crypto {

// A public key of the kinds that device attestations are signed with: RSA of 2048 to 4096 bits, EC
// P-256 and EC P-384. For the one kind that health authorities use there is the narrower and faster
// EcdsaPublicKey. Immutable; thread-safe; cheap to copy.
class PublicKey {
 public:
  enum class Kind { kRsa, kEcP256, kEcP384 };

  // From a DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), nothing behind it.
  // kInvalidArgument if it is none, or a key of another kind or size.
  static Result<PublicKey> FromSpki(ByteView der);
  // From PEM blocks labelled PUBLIC KEY; the first one counts.
  static Result<PublicKey> FromPem(std::string_view pem);

  Kind kind() const;
  // The key as DER SubjectPublicKeyInfo: two keys are the same if these are.
  const Bytes& Spki() const;
  // The uncompressed point 04 || x || y of an EC key (SEC 1 section 2.3.3); empty for RSA.
  Bytes Point() const;

  // Whether `signature` is one of SHA-256(`message`): PKCS #1 v1.5 for RSA (RFC 8017 section 8.2),
  // ECDSA as ASN.1 DER SEQUENCE(r, s) for EC.
  bool VerifySha256(ByteView message, ByteView signature) const;

 private:
  friend class Certificate;
  struct Key;
  explicit PublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const Key> key_;
};

}  // namespace enks::crypto
