#pragma once

#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/ecdsa.h"

namespace enks::attestation {

// The pair of keys with which an app's developer opens Play Integrity tokens without asking Google
// (Play Console, "Manage and download my response encryption keys"). The decryption key is a
// secret. Immutable; thread-safe.
class IntegrityKeys {
 public:
  // The text that Play Console gives, decrypted: a line DECRYPTION_KEY= and a line
  // VERIFICATION_KEY=, in any order. kInvalidArgument says what is wrong, never what is in it.
  static Result<IntegrityKeys> FromText(std::string_view text);
  // The two values: standard base64 of 32 bytes, and of a DER SubjectPublicKeyInfo on P-256.
  static Result<IntegrityKeys> FromValues(std::string_view decryption_key,
                                          std::string_view verification_key);

  const base::SecretBytes& decryption_key() const { return decryption_key_; }
  const crypto::EcdsaPublicKey& verification_key() const { return verification_key_; }

 private:
  IntegrityKeys(base::SecretBytes decryption_key, crypto::EcdsaPublicKey verification_key)
      : decryption_key_(std::move(decryption_key)),
        verification_key_(std::move(verification_key)) {}

  base::SecretBytes decryption_key_;
  crypto::EcdsaPublicKey verification_key_;
};

}  // namespace enks::attestation
