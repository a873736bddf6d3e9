#pragma once

#include <string>
#include <utility>

#include "crypto/ecdsa.h"
#include "secrets/signer.h"

// Signers for tests, without files.
namespace enks::secrets::testing {

class KeySigner final : public Signer {
 public:
  explicit KeySigner(crypto::EcdsaPrivateKey key) : key_(std::move(key)) {}
  Result<base::Bytes> SignDigest(const Sha256Digest& digest) override {
    return key_.SignDer(digest);
  }
  std::string PublicKeyPem() const override { return key_.PublicKey().ToPem(); }

 private:
  const crypto::EcdsaPrivateKey key_;
};

// One whose key is gone.
class BrokenSigner final : public Signer {
 public:
  Result<base::Bytes> SignDigest(const Sha256Digest&) override {
    return absl::UnavailableError("the key is gone");
  }
  std::string PublicKeyPem() const override { return ""; }
};

}  // namespace enks::secrets::testing
