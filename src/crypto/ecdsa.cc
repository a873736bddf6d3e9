#include "crypto/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "crypto/openssl.h"

namespace enks::crypto {
namespace {

using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

constexpr std::size_t kScalarSize = 32;

Status CheckP256(EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) {
    return absl::InvalidArgumentError("not an elliptic curve key; an ECDSA P-256 key is needed");
  }
  char group[64] = {};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, group, sizeof group, &size) != 1 ||
      std::string_view(group) != "prime256v1") {
    return absl::InvalidArgumentError("an elliptic curve key, but not on the curve P-256");
  }
  return absl::OkStatus();
}

// The first PEM block as a SubjectPublicKeyInfo and nothing behind it, whatever its label: the
// reference looks at the bytes only, and operators bring keys with labels such as EC PUBLIC KEY.
KeyPtr ReadPublicKey(std::string_view pem) {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  const BioPtr bio = ReadFrom(pem);
  if (PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) return nullptr;
  const unsigned char* end = data;
  KeyPtr key(d2i_PUBKEY(nullptr, &end, size));
  if (end != data + size) key = nullptr;
  OPENSSL_free(name);
  OPENSSL_free(header);
  // It may be a private key that somebody took for the public one.
  OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  return key;
}

// Null unless the point is on the curve: anything else would let a signature be made by whoever
// chose it (an invalid curve attack).
KeyPtr KeyOfPoint(ByteView x, ByteView y) {
  Bytes point = {POINT_CONVERSION_UNCOMPRESSED};
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  char group[] = "prime256v1";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  ENKS_CHECK(context && EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters) != 1) return nullptr;
  KeyPtr key(made);
  const KeyContextPtr check(EVP_PKEY_CTX_new(key.get(), nullptr));
  return check && EVP_PKEY_public_check(check.get()) == 1 ? std::move(key) : nullptr;
}

int RefusePassword(char*, int, int, void*) {
  return 0;
}

}  // namespace

struct EcdsaPublicKey::Key {
  KeyPtr key;
};

struct EcdsaPrivateKey::Key {
  KeyPtr key;
};

Result<EcdsaPublicKey> EcdsaPublicKey::FromPem(std::string_view pem) {
  const ErrorQueueCleaner cleaner;
  KeyPtr key = ReadPublicKey(pem);
  if (!key) {
    return absl::InvalidArgumentError(
        "not a PEM public key (expected -----BEGIN PUBLIC KEY----- with a SubjectPublicKeyInfo)");
  }
  ENKS_TRY(CheckP256(key.get()));
  return EcdsaPublicKey(std::make_shared<const Key>(Key{std::move(key)}));
}

Result<EcdsaPublicKey> EcdsaPublicKey::FromSpki(ByteView der) {
  const ErrorQueueCleaner cleaner;
  const unsigned char* end = der.data();
  KeyPtr key(d2i_PUBKEY(nullptr, &end, static_cast<long>(der.size())));
  if (!key || end != der.data() + der.size()) {
    return absl::InvalidArgumentError("not a DER SubjectPublicKeyInfo");
  }
  ENKS_TRY(CheckP256(key.get()));
  return EcdsaPublicKey(std::make_shared<const Key>(Key{std::move(key)}));
}

Result<EcdsaPublicKey> EcdsaPublicKey::FromCoordinates(ByteView x, ByteView y) {
  if (x.size() != kScalarSize || y.size() != kScalarSize) {
    return absl::InvalidArgumentError("a coordinate of a P-256 key is not 32 bytes long");
  }
  const ErrorQueueCleaner cleaner;
  KeyPtr key = KeyOfPoint(x, y);
  if (!key) return absl::InvalidArgumentError("the coordinates are not a point on P-256");
  return EcdsaPublicKey(std::make_shared<const Key>(Key{std::move(key)}));
}

bool EcdsaPublicKey::VerifyDer(const Sha256Digest& digest, ByteView signature) const {
  const ErrorQueueCleaner cleaner;
  const KeyContextPtr context(EVP_PKEY_CTX_new(key_->key.get(), nullptr));
  return context && EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(),
                         digest.size()) == 1;
}

bool EcdsaPublicKey::VerifyRaw(const Sha256Digest& digest, ByteView signature) const {
  if (signature.size() != 2 * kScalarSize) return false;
  const SignaturePtr parsed(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(signature.data(), kScalarSize, nullptr);
  BIGNUM* s = BN_bin2bn(signature.data() + kScalarSize, kScalarSize, nullptr);
  ENKS_CHECK(parsed && r != nullptr && s != nullptr);
  ENKS_CHECK(ECDSA_SIG_set0(parsed.get(), r, s) == 1);
  std::uint8_t der[80];
  ENKS_CHECK(i2d_ECDSA_SIG(parsed.get(), nullptr) <= static_cast<int>(sizeof der));
  std::uint8_t* end = der;
  const int size = i2d_ECDSA_SIG(parsed.get(), &end);
  return VerifyDer(digest, ByteView(der, static_cast<std::size_t>(size)));
}

std::string EcdsaPublicKey::ToPem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  ENKS_CHECK(PEM_write_bio_PUBKEY(bio.get(), key_->key.get()) == 1);
  return TakeText(bio.get());
}

std::optional<Bytes> RawSignature(ByteView der) {
  const ErrorQueueCleaner cleaner;
  const std::uint8_t* data = der.data();
  const SignaturePtr parsed(d2i_ECDSA_SIG(nullptr, &data, static_cast<long>(der.size())));
  if (!parsed || data != der.data() + der.size()) return std::nullopt;
  Bytes raw(2 * kScalarSize);
  const bool fits =
      BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), raw.data(), kScalarSize) > 0 &&
      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), raw.data() + kScalarSize, kScalarSize) > 0;
  if (!fits) return std::nullopt;
  return raw;
}

EcdsaPrivateKey EcdsaPrivateKey::Generate() {
  KeyPtr key(EVP_EC_gen("P-256"));
  ENKS_CHECK(key != nullptr);
  return EcdsaPrivateKey(std::make_shared<const Key>(Key{std::move(key)}));
}

Result<EcdsaPrivateKey> EcdsaPrivateKey::FromPem(std::string_view pem) {
  const ErrorQueueCleaner cleaner;
  const BioPtr bio = ReadFrom(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, RefusePassword, nullptr));
  if (!key) {
    return absl::InvalidArgumentError(
        "not an unencrypted PEM private key (expected EC PRIVATE KEY or PRIVATE KEY)");
  }
  ENKS_TRY(CheckP256(key.get()));
  return EcdsaPrivateKey(std::make_shared<const Key>(Key{std::move(key)}));
}

Result<EcdsaPrivateKey> EcdsaPrivateKey::FromDer(ByteView der) {
  const ErrorQueueCleaner cleaner;
  const std::uint8_t* data = der.data();
  KeyPtr key(d2i_AutoPrivateKey(nullptr, &data, static_cast<long>(der.size())));
  if (!key) return absl::InvalidArgumentError("not a DER private key (SEC 1 or PKCS #8)");
  ENKS_TRY(CheckP256(key.get()));
  return EcdsaPrivateKey(std::make_shared<const Key>(Key{std::move(key)}));
}

Bytes EcdsaPrivateKey::SignDer(const Sha256Digest& digest) const {
  const KeyContextPtr context(EVP_PKEY_CTX_new(key_->key.get(), nullptr));
  ENKS_CHECK(context && EVP_PKEY_sign_init(context.get()) == 1);
  Bytes signature(80);
  std::size_t size = signature.size();
  ENKS_CHECK(EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) ==
             1);
  signature.resize(size);
  return signature;
}

Bytes EcdsaPrivateKey::SignRaw(const Sha256Digest& digest) const {
  auto raw = RawSignature(SignDer(digest));
  ENKS_CHECK(raw.has_value());
  return *std::move(raw);
}

EcdsaPublicKey EcdsaPrivateKey::PublicKey() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  ENKS_CHECK(PEM_write_bio_PUBKEY(bio.get(), key_->key.get()) == 1);
  auto key = EcdsaPublicKey::FromPem(TakeText(bio.get()));
  ENKS_CHECK(key.ok());
  return *std::move(key);
}

std::string EcdsaPrivateKey::ToPem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  ENKS_CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_->key.get(), nullptr, nullptr, 0, nullptr,
                                           nullptr) == 1);
  return TakeText(bio.get());
}

}  // namespace enks::crypto
