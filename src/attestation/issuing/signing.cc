#include "attestation/issuing/signing.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>

#include "base/check.h"

namespace enks::attestation::issuing {
namespace {

using base::Bytes;
using base::ByteView;

template <auto kFree>
struct Free {
  void operator()(auto* object) const { kFree(object); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Free<BIO_free_all>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using CmsPtr = std::unique_ptr<CMS_ContentInfo, Free<CMS_ContentInfo_free>>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;

ByteView Written(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

std::string ToPem(const KeyPtr& key) {
  ENKS_CHECK(key != nullptr);
  const BioPtr bio(BIO_new(BIO_s_mem()));
  ENKS_CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                           nullptr) == 1);
  return std::string(base::AsText(Written(bio.get())));
}

KeyPtr ReadKey(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  ENKS_CHECK(key != nullptr);
  return key;
}

CertificatePtr ReadCertificate(const crypto::Certificate& certificate) {
  const unsigned char* at = certificate.Der().data();
  CertificatePtr read(d2i_X509(nullptr, &at, static_cast<long>(certificate.Der().size())));
  ENKS_CHECK(read != nullptr);
  return read;
}

}  // namespace

std::string GenerateP256() {
  return ToPem(KeyPtr(EVP_EC_gen("P-256")));
}

std::string GenerateP384() {
  return ToPem(KeyPtr(EVP_EC_gen("P-384")));
}

std::string GenerateRsa2048() {
  return ToPem(KeyPtr(EVP_RSA_gen(2048)));
}

crypto::PublicKey PublicKeyOf(const std::string& private_key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(ReadKey(private_key).get(), &der);
  ENKS_CHECK(size > 0);
  auto key = crypto::PublicKey::FromSpki({der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  ENKS_CHECK(key.ok());
  return *std::move(key);
}

Bytes SignSha256(const std::string& private_key, ByteView message) {
  const KeyPtr key = ReadKey(private_key);
  const ContextPtr context(EVP_MD_CTX_new());
  ENKS_CHECK(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
  Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())));
  std::size_t size = signature.size();
  ENKS_CHECK(
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
  signature.resize(size);
  return signature;
}

Bytes SignContent(ByteView content, const crypto::CertifiedKey& signer,
                  const std::vector<crypto::Certificate>& others) {
  constexpr unsigned int kFlags = CMS_BINARY | CMS_NOSMIMECAP | CMS_STREAM;
  const BioPtr in(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
  const CmsPtr cms(CMS_sign(ReadCertificate(signer.certificate).get(),
                            ReadKey(signer.private_key).get(), nullptr, in.get(), kFlags));
  ENKS_CHECK(cms != nullptr);
  for (const crypto::Certificate& other : others) {
    ENKS_CHECK(CMS_add1_cert(cms.get(), ReadCertificate(other).get()) == 1);
  }
  const BioPtr out(BIO_new(BIO_s_mem()));
  ENKS_CHECK(i2d_CMS_bio_stream(out.get(), cms.get(), in.get(), kFlags) == 1);
  const ByteView written = Written(out.get());
  return {written.begin(), written.end()};
}

std::string AsExtension(ByteView der) {
  return "DER:" + base::ToHex(der);
}

}  // namespace enks::attestation::issuing
