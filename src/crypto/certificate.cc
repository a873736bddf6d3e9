#include "crypto/certificate.h"

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <utility>

#include "base/check.h"
#include "crypto/openssl.h"

namespace enks::crypto {
namespace {

using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, Free<ASN1_OBJECT_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Free<BN_free>>;

ByteView BytesOf(const ASN1_STRING* string) {
  return {ASN1_STRING_get0_data(string), static_cast<std::size_t>(ASN1_STRING_length(string))};
}

ObjectPtr ObjectOf(std::string_view oid) {
  ObjectPtr object(OBJ_txt2obj(std::string(oid).c_str(), 1));
  ENKS_CHECK(object != nullptr);  // every OID is a literal
  return object;
}

// Nothing if it is no calendar time, which parsing the certificate does not check.
std::optional<base::UnixTime> TimeOf(const ASN1_TIME* time) {
  std::tm calendar{};
  if (ASN1_TIME_to_tm(time, &calendar) != 1) return std::nullopt;
  return base::UnixTime(std::chrono::seconds(timegm(&calendar)));
}

std::string Utf8Of(const ASN1_STRING* string) {
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, string);
  if (size < 0) return {};
  std::string value(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return value;
}

}  // namespace

struct Certificate::Parsed {
  CertificatePtr certificate;
  Bytes der;
  base::UnixTime not_before;
  base::UnixTime not_after;
};

Result<Certificate> Certificate::FromDer(ByteView der) {
  const ErrorQueueCleaner cleaner;
  const unsigned char* at = der.data();
  CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate || at != der.data() + der.size()) {
    return absl::InvalidArgumentError("not a DER certificate");
  }
  const auto not_before = TimeOf(X509_get0_notBefore(certificate.get()));
  const auto not_after = TimeOf(X509_get0_notAfter(certificate.get()));
  if (!not_before || !not_after) {
    return absl::InvalidArgumentError("a certificate whose validity is no time");
  }
  return Certificate(std::make_shared<const Parsed>(
      Parsed{std::move(certificate), Bytes(der.begin(), der.end()), *not_before, *not_after}));
}

Result<std::vector<Certificate>> Certificate::ManyFromPem(std::string_view pem) {
  const ErrorQueueCleaner cleaner;
  const BioPtr bio = ReadFrom(pem);
  std::vector<Certificate> certificates;
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  while (PEM_read_bio(bio.get(), &name, &header, &data, &size) == 1) {
    const bool is_certificate = std::string_view(name) == PEM_STRING_X509;
    auto read = FromDer({data, static_cast<std::size_t>(size)});
    OPENSSL_free(name);
    OPENSSL_free(header);
    // It may be a private key that somebody left in the file.
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    if (!is_certificate) continue;
    ENKS_TRY(read.status());
    certificates.push_back(*std::move(read));
  }
  const bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!is_at_end) return absl::InvalidArgumentError("a PEM block that cannot be read");
  if (certificates.empty()) return absl::InvalidArgumentError("no PEM block CERTIFICATE");
  return certificates;
}

const Bytes& Certificate::Der() const {
  return parsed_->der;
}

Sha256Digest Certificate::Fingerprint() const {
  return Sha256(parsed_->der);
}

Bytes Certificate::Spki() const {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(parsed_->certificate.get()), &der);
  if (size <= 0) return {};
  Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

Result<PublicKey> Certificate::Key() const {
  return PublicKey::FromSpki(Spki());
}

std::string Certificate::Subject() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(parsed_->certificate.get()), 0,
                     XN_FLAG_RFC2253);
  return TakeText(bio.get());
}

std::vector<std::string> Certificate::SubjectValues(std::string_view oid) const {
  const ErrorQueueCleaner cleaner;
  const ObjectPtr object = ObjectOf(oid);
  const X509_NAME* name = X509_get_subject_name(parsed_->certificate.get());
  std::vector<std::string> values;
  int at = -1;
  while ((at = X509_NAME_get_index_by_OBJ(name, object.get(), at)) >= 0) {
    values.push_back(Utf8Of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at))));
  }
  return values;
}

bool Certificate::IsSelfIssued() const {
  return NamesIssuer(*this);
}

bool Certificate::NamesIssuer(const Certificate& issuer) const {
  return X509_NAME_cmp(X509_get_issuer_name(parsed_->certificate.get()),
                       X509_get_subject_name(issuer.parsed_->certificate.get())) == 0;
}

bool Certificate::IsSignedBy(const Certificate& issuer) const {
  const ErrorQueueCleaner cleaner;
  EVP_PKEY* key = X509_get0_pubkey(issuer.parsed_->certificate.get());
  return key != nullptr && X509_verify(parsed_->certificate.get(), key) == 1;
}

bool Certificate::MayIssue() const {
  const ErrorQueueCleaner cleaner;
  const std::uint32_t flags = X509_get_extension_flags(parsed_->certificate.get());
  if ((flags & EXFLAG_INVALID) != 0 || (flags & EXFLAG_CA) == 0) return false;
  // Every bit is set when there is no keyUsage.
  return (X509_get_key_usage(parsed_->certificate.get()) & KU_KEY_CERT_SIGN) != 0;
}

std::optional<std::size_t> Certificate::PathLengthMax() const {
  const ErrorQueueCleaner cleaner;
  const long length = X509_get_pathlen(parsed_->certificate.get());
  return length < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(length));
}

bool Certificate::HasUnknownCriticalExtension() const {
  const ErrorQueueCleaner cleaner;
  return (X509_get_extension_flags(parsed_->certificate.get()) & EXFLAG_CRITICAL) != 0;
}

base::UnixTime Certificate::NotBefore() const {
  return parsed_->not_before;
}

base::UnixTime Certificate::NotAfter() const {
  return parsed_->not_after;
}

std::string Certificate::SerialHex() const {
  const ErrorQueueCleaner cleaner;
  const NumberPtr number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(parsed_->certificate.get()), nullptr));
  if (!number) return {};
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number.get())));
  BN_bn2bin(number.get(), bytes.data());
  std::string hex = base::ToHex(bytes);
  const std::size_t first = hex.find_first_not_of('0');
  return first == std::string::npos ? "0" : hex.substr(first);
}

std::size_t Certificate::CountExtensions(std::string_view oid) const {
  const ObjectPtr object = ObjectOf(oid);
  std::size_t count = 0;
  int at = -1;
  while ((at = X509_get_ext_by_OBJ(parsed_->certificate.get(), object.get(), at)) >= 0) ++count;
  return count;
}

std::optional<Bytes> Certificate::Extension(std::string_view oid) const {
  if (CountExtensions(oid) != 1) return std::nullopt;
  const int at = X509_get_ext_by_OBJ(parsed_->certificate.get(), ObjectOf(oid).get(), -1);
  const ByteView value =
      BytesOf(X509_EXTENSION_get_data(X509_get_ext(parsed_->certificate.get(), at)));
  return Bytes(value.begin(), value.end());
}

std::vector<std::string> Certificate::DnsNames() const {
  const ErrorQueueCleaner cleaner;
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(parsed_->certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> hosts;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    hosts.emplace_back(base::AsText(BytesOf(name->d.dNSName)));
  }
  return hosts;
}

bool Certificate::HasAlternativeNames() const {
  return CountExtensions("2.5.29.17") != 0;
}

X509* Certificate::Handle() const {
  return parsed_->certificate.get();
}

}  // namespace enks::crypto
