#include "crypto/public_key.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <optional>
#include <utility>

#include "crypto/openssl.h"

namespace enks::crypto {
namespace {

constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 4096;

std::optional<PublicKey::Kind> KindOf(EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < kRsaBitsMin || bits > kRsaBitsMax) return std::nullopt;
    return PublicKey::Kind::kRsa;
  }
  char group[64] = {};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, group, sizeof group, &size) != 1) return std::nullopt;
  if (std::string_view(group) == "prime256v1") return PublicKey::Kind::kEcP256;
  if (std::string_view(group) == "secp384r1") return PublicKey::Kind::kEcP384;
  return std::nullopt;
}

// The key as bytes that are equal for equal keys, whatever encoding it came in.
Bytes SpkiOf(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return {};
  Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

}  // namespace

struct PublicKey::Key {
  KeyPtr key;
  Kind kind;
  Bytes spki;
};

Result<PublicKey> PublicKey::FromSpki(ByteView der) {
  const ErrorQueueCleaner cleaner;
  const unsigned char* at = der.data();
  KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (!key || at != der.data() + der.size()) {
    return absl::InvalidArgumentError("not a SubjectPublicKeyInfo");
  }
  const auto kind = KindOf(key.get());
  if (!kind) {
    return absl::InvalidArgumentError(
        "a public key of another kind than RSA of 2048 to 4096 bits, EC P-256 and EC P-384");
  }
  Bytes spki = SpkiOf(key.get());
  return PublicKey(std::make_shared<const Key>(Key{std::move(key), *kind, std::move(spki)}));
}

Result<PublicKey> PublicKey::FromPem(std::string_view pem) {
  const ErrorQueueCleaner cleaner;
  const BioPtr bio = ReadFrom(pem);
  const KeyPtr key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return absl::InvalidArgumentError("no PEM block PUBLIC KEY that can be read");
  return FromSpki(SpkiOf(key.get()));
}

PublicKey::Kind PublicKey::kind() const {
  return key_->kind;
}

const Bytes& PublicKey::Spki() const {
  return key_->spki;
}

Bytes PublicKey::Point() const {
  if (key_->kind == Kind::kRsa) return {};
  const ErrorQueueCleaner cleaner;
  // The size of an uncompressed point on P-384.
  Bytes point(1 + 2 * 48);
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key_->key.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                      point.size(), &size) != 1) {
    return {};
  }
  point.resize(size);
  return point;
}

bool PublicKey::VerifySha256(ByteView message, ByteView signature) const {
  const ErrorQueueCleaner cleaner;
  const DigestContextPtr context(EVP_MD_CTX_new());
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->key.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace enks::crypto
