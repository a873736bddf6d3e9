#include "crypto/cms.h"

#include <openssl/cms.h>
#include <openssl/x509.h>

#include <memory>
#include <utility>

#include "crypto/openssl.h"

namespace enks::crypto {
namespace {

using CmsPtr = std::unique_ptr<CMS_ContentInfo, Free<CMS_ContentInfo_free>>;
struct FreeCertificates {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using CertificatesPtr = std::unique_ptr<STACK_OF(X509), FreeCertificates>;

Status Refused(const char* what) {
  return absl::InvalidArgumentError(what);
}

CmsPtr Parse(ByteView ber) {
  const unsigned char* at = ber.data();
  CmsPtr cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(ber.size())));
  if (!cms || at != ber.data() + ber.size()) return nullptr;
  return OBJ_obj2nid(CMS_get0_type(cms.get())) == NID_pkcs7_signed ? std::move(cms) : nullptr;
}

Result<Certificate> CopyOf(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size <= 0) return Refused("CMS: a certificate that cannot be read");
  auto copy = Certificate::FromDer({der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return copy;
}

Result<std::vector<Certificate>> CertificatesOf(CMS_ContentInfo* cms) {
  const CertificatesPtr stack(CMS_get1_certs(cms));
  const int count = sk_X509_num(stack.get());
  if (count <= 0 || static_cast<std::size_t>(count) > kCmsCertificatesMax) {
    return Refused("CMS: no certificate or too many");
  }
  std::vector<Certificate> certificates;
  for (int i = 0; i < count; ++i) {
    ENKS_ASSIGN(Certificate certificate, CopyOf(sk_X509_value(stack.get(), i)));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

// The one signer's certificate, found among those that came along.
Result<Certificate> SignerOf(CMS_ContentInfo* cms) {
  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms);
  if (sk_CMS_SignerInfo_num(signers) != 1) return Refused("CMS: not exactly one signer");
  CMS_set1_signers_certs(cms, nullptr, 0);
  X509* certificate = nullptr;
  X509_ALGOR* digest = nullptr;
  CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(signers, 0), nullptr, &certificate, &digest,
                           nullptr);
  if (certificate == nullptr) return Refused("CMS: the signer's certificate is missing");
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, digest);
  if (OBJ_obj2nid(algorithm) != NID_sha256) return Refused("CMS: signed with another digest");
  ENKS_ASSIGN(Certificate signer, CopyOf(certificate));
  // Before the key has to work: a hostile one may be slow.
  ENKS_TRY(signer.Key().status());
  return signer;
}

Result<Bytes> ContentOf(CMS_ContentInfo* cms) {
  if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data) {
    return Refused("CMS: the content is not data");
  }
  ASN1_OCTET_STRING** content = CMS_get0_content(cms);
  if (content == nullptr || *content == nullptr) return Refused("CMS: the content is not inside");
  const unsigned char* data = ASN1_STRING_get0_data(*content);
  return Bytes(data, data + ASN1_STRING_length(*content));
}

// The certificate's chain is left to the caller: OpenSSL would ask for one made for e-mail.
bool IsSignatureValid(CMS_ContentInfo* cms) {
  return CMS_verify(cms, nullptr, nullptr, nullptr, nullptr,
                    CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
}

}  // namespace

Result<SignedContent> ReadSignedContent(ByteView ber) {
  const ErrorQueueCleaner cleaner;
  const CmsPtr cms = Parse(ber);
  if (!cms) return Refused("CMS: not a SignedData");
  ENKS_ASSIGN(Bytes content, ContentOf(cms.get()));
  ENKS_ASSIGN(std::vector<Certificate> certificates, CertificatesOf(cms.get()));
  ENKS_ASSIGN(Certificate signer, SignerOf(cms.get()));
  return SignedContent{std::move(content), std::move(signer), std::move(certificates),
                       IsSignatureValid(cms.get())};
}

}  // namespace enks::crypto
