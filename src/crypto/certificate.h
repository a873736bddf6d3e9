#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/digest.h"
#include "crypto/public_key.h"

struct x509_st;  // OpenSSL's X509

namespace enks::crypto {

// An X.509 certificate (RFC 5280), parsed once. Immutable; thread-safe; cheap to copy. Nothing of
// it is verified by being parsed.
class Certificate {
 public:
  // One DER certificate and nothing behind it. kInvalidArgument if it is none.
  static Result<Certificate> FromDer(ByteView der);
  // Every CERTIFICATE block of a PEM text, in order; other blocks are passed over.
  // kInvalidArgument if a block is broken or there is none.
  static Result<std::vector<Certificate>> ManyFromPem(std::string_view pem);

  const Bytes& Der() const;
  Sha256Digest Fingerprint() const;  // SHA-256 of the DER form
  // kInvalidArgument if the key is of a kind or size that PublicKey does not take.
  Result<PublicKey> Key() const;
  Bytes Spki() const;  // SubjectPublicKeyInfo as it stands in the certificate, of any kind

  // The name as RFC 2253 text, for operators.
  std::string Subject() const;
  // Every value of that attribute of the subject, in order, as UTF-8; `oid` in dots ("2.5.4.12").
  std::vector<std::string> SubjectValues(std::string_view oid) const;
  // Whether subject and issuer names are equal, byte for byte.
  bool IsSelfIssued() const;
  // Whether the issuer's name here is the subject's name there.
  bool NamesIssuer(const Certificate& issuer) const;
  // Whether the signature here is one of the key there; any signature that OpenSSL takes.
  bool IsSignedBy(const Certificate& issuer) const;
  // basicConstraints say CA, and keyUsage, if there is one, has keyCertSign.
  bool MayIssue() const;
  // How many CAs basicConstraints let stand between this one and a leaf; nothing if they say
  // nothing of it.
  std::optional<std::size_t> PathLengthMax() const;
  // Whether there is a critical extension that OpenSSL does not know.
  bool HasUnknownCriticalExtension() const;

  base::UnixTime NotBefore() const;
  base::UnixTime NotAfter() const;
  std::string SerialHex() const;  // lower case, without leading zeros

  // The bytes inside the extension's OCTET STRING; nothing unless there is exactly one such
  // extension. `oid` in dots.
  std::optional<Bytes> Extension(std::string_view oid) const;
  std::size_t CountExtensions(std::string_view oid) const;
  // The dNSName entries of subjectAltName. `has_alternative_names` tells no entry from no
  // extension.
  std::vector<std::string> DnsNames() const;
  bool HasAlternativeNames() const;

 private:
  friend class ChainVerifier;
  struct Parsed;
  x509_st* Handle() const;
  explicit Certificate(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
  std::shared_ptr<const Parsed> parsed_;
};

enum class ChainPurpose {
  kAny,
  kTlsServer
};  // kTlsServer: extendedKeyUsage serverAuth on the leaf

// A set of trust anchors, prepared once. Never the operating system's. Immutable; thread-safe.
class ChainVerifier {
 public:
  ChainVerifier(std::vector<Certificate> anchors, ChainPurpose purpose);

  // Whether a chain of at most `chain_max` certificates, anchor not counted, leads from `leaf`
  // through any of `untrusted` to an anchor: each link's signature and names, validity at `now`
  // (OpenSSL counts the second of notAfter as expired),
  // CA flag, keyCertSign, path lengths, no unknown critical extension (RFC 5280 section 6).
  // kInvalidArgument says in words what is wrong, without anything of the certificates.
  Status Verify(const Certificate& leaf, const std::vector<Certificate>& untrusted,
                base::UnixTime now, std::size_t chain_max = 5) const;

  const std::vector<Certificate>& anchors() const { return anchors_; }

 private:
  struct Anchors;
  std::vector<Certificate> anchors_;
  std::shared_ptr<const Anchors> prepared_;
  ChainPurpose purpose_;
};

}  // namespace enks::crypto
