#include "crypto/issuing.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "crypto/openssl.h"

namespace enks::crypto {
namespace {

using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

KeyPtr ReadKey(const std::string& pem) {
  const BioPtr bio = ReadFrom(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  ENKS_CHECK(key != nullptr);
  return key;
}

CertificatePtr ReadCertificate(const Bytes& der) {
  const unsigned char* at = der.data();
  CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ENKS_CHECK(certificate != nullptr);
  return certificate;
}

void WriteSubject(const CertificateText& text, X509* certificate) {
  for (const auto& [name, value] : text.subject) {
    ENKS_CHECK(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), name.c_str(),
                                          MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(value.data()),
                                          static_cast<int>(value.size()), -1, 0) == 1);
  }
}

void WriteExtensions(const CertificateText& text, X509* issuer, X509* certificate) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  for (const auto& [name, value] : text.extensions) {
    const ExtensionPtr extension(X509V3_EXT_nconf(nullptr, &context, name.c_str(), value.c_str()));
    ENKS_CHECK(extension != nullptr);
    ENKS_CHECK(X509_add_ext(certificate, extension.get(), -1) == 1);
  }
}

// Signed by `issuer_key`; a null `issuer` is the certificate itself.
Certificate Make(const CertificateText& text, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  const CertificatePtr certificate(X509_new());
  ENKS_CHECK(certificate != nullptr);
  X509* made = certificate.get();
  X509* signer = issuer != nullptr ? issuer : made;
  X509_set_version(made, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made), text.serial);
  ASN1_TIME_set(X509_getm_notBefore(made), text.not_before.time_since_epoch().count());
  ASN1_TIME_set(X509_getm_notAfter(made), text.not_after.time_since_epoch().count());
  WriteSubject(text, made);
  X509_set_issuer_name(made, X509_get_subject_name(signer));
  X509_set_pubkey(made, key);
  WriteExtensions(text, signer, made);
  ENKS_CHECK(X509_sign(made, issuer_key, EVP_sha256()) > 0);
  unsigned char* der = nullptr;
  const int size = i2d_X509(made, &der);
  ENKS_CHECK(size > 0);
  auto read = Certificate::FromDer({der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  ENKS_CHECK(read.ok());
  return *std::move(read);
}

}  // namespace

CertifiedKey SelfSigned(const CertificateText& text, std::string private_key) {
  const KeyPtr key = ReadKey(private_key);
  return {Make(text, key.get(), nullptr, key.get()), std::move(private_key)};
}

CertifiedKey IssuedBy(const CertifiedKey& issuer, const CertificateText& text,
                      std::string private_key) {
  const KeyPtr key = ReadKey(private_key);
  const KeyPtr issuer_key = ReadKey(issuer.private_key);
  const CertificatePtr issuer_certificate = ReadCertificate(issuer.certificate.Der());
  return {Make(text, key.get(), issuer_certificate.get(), issuer_key.get()),
          std::move(private_key)};
}

CertificateText AuthorityText(const std::string& name, base::UnixTime not_before,
                              base::UnixTime not_after) {
  return {.subject = {{"CN", name}},
          .extensions = {{"basicConstraints", "critical,CA:TRUE"},
                         {"keyUsage", "critical,keyCertSign,cRLSign"}},
          .not_before = not_before,
          .not_after = not_after};
}

std::string ToPem(const Certificate& certificate) {
  const CertificatePtr read = ReadCertificate(certificate.Der());
  const BioPtr bio(BIO_new(BIO_s_mem()));
  ENKS_CHECK(PEM_write_bio_X509(bio.get(), read.get()) == 1);
  return TakeText(bio.get());
}

}  // namespace enks::crypto
