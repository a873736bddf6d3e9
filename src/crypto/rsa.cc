#include "crypto/rsa.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <utility>

#include "base/check.h"
#include "crypto/openssl.h"

namespace enks::crypto {
namespace {

constexpr std::size_t kGeneratedBits = 2048;

int RefusePassword(char*, int, int, void*) {
  return 0;
}

Bytes SpkiOf(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  ENKS_CHECK(size > 0);
  Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

}  // namespace

struct RsaPrivateKey::Key {
  KeyPtr key;
};

RsaPrivateKey RsaPrivateKey::Generate() {
  KeyPtr key(EVP_RSA_gen(kGeneratedBits));
  ENKS_CHECK(key != nullptr);
  return RsaPrivateKey(std::make_shared<const Key>(Key{std::move(key)}));
}

Result<RsaPrivateKey> RsaPrivateKey::FromPem(std::string_view pem) {
  const ErrorQueueCleaner cleaner;
  const BioPtr bio = ReadFrom(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, RefusePassword, nullptr));
  if (!key) {
    return absl::InvalidArgumentError(
        "not an unencrypted PEM private key (expected PRIVATE KEY or RSA PRIVATE KEY)");
  }
  // The public half says whether kind and size are ones that anybody could verify with.
  const auto public_key = PublicKey::FromSpki(SpkiOf(key.get()));
  if (!public_key.ok() || public_key->kind() != PublicKey::Kind::kRsa) {
    return absl::InvalidArgumentError("a private key, but not RSA of 2048 to 4096 bits");
  }
  return RsaPrivateKey(std::make_shared<const Key>(Key{std::move(key)}));
}

Bytes RsaPrivateKey::SignSha256(ByteView message) const {
  const ErrorQueueCleaner cleaner;
  const DigestContextPtr context(EVP_MD_CTX_new());
  ENKS_CHECK(context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr,
                                           key_->key.get()) == 1);
  Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_->key.get())));
  std::size_t size = signature.size();
  ENKS_CHECK(
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
  signature.resize(size);
  return signature;
}

crypto::PublicKey RsaPrivateKey::PublicKey() const {
  auto key = crypto::PublicKey::FromSpki(SpkiOf(key_->key.get()));
  ENKS_CHECK(key.ok());
  return *std::move(key);
}

std::string RsaPrivateKey::ToPem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  ENKS_CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_->key.get(), nullptr, nullptr, 0, nullptr,
                                           nullptr) == 1);
  return TakeText(bio.get());
}

}  // namespace enks::crypto
