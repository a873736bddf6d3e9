#include "attestation/issuing/app_attest_maker.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "attestation/issuing/cbor_maker.h"
#include "attestation/issuing/der_maker.h"
#include "attestation/issuing/signing.h"
#include "base/base64.h"
#include "base/time_text.h"
#include "crypto/digest.h"
#include "crypto/ecdsa.h"

namespace enks::attestation::issuing {
namespace {

using base::Bytes;
using base::ByteView;
using crypto::AuthorityText;
using crypto::CertificateText;
using crypto::CertifiedKey;
using crypto::IssuedBy;
using crypto::SelfSigned;

constexpr std::chrono::days kAuthorityLife{3650};
constexpr std::chrono::days kReceiptSignerLife{3650};
constexpr std::string_view kNonceExtension = "1.2.840.113635.100.8.2";

CertificateText Authority(const std::string& name, base::UnixTime valid_from) {
  return AuthorityText(name, valid_from, valid_from + kAuthorityLife);
}

Bytes ToBytes(const crypto::Sha256Digest& digest) {
  return {digest.begin(), digest.end()};
}

Bytes Hash(std::initializer_list<Bytes> parts) {
  return ToBytes(crypto::Sha256(Concatenated(parts)));
}

Bytes HeadOf(const std::string& app_id, std::uint8_t flags, std::uint32_t counter) {
  return Concatenated(
      {ToBytes(crypto::Sha256(base::AsBytes(app_id))),
       {flags, static_cast<std::uint8_t>(counter >> 24), static_cast<std::uint8_t>(counter >> 16),
        static_cast<std::uint8_t>(counter >> 8), static_cast<std::uint8_t>(counter)}});
}

Bytes CoseKeyOf(const Bytes& point) {
  const ByteView coordinates = ByteView(point).subspan(1);
  return CborMap({CborInteger(1), CborInteger(2), CborInteger(3), CborInteger(-7), CborInteger(-1),
                  CborInteger(1), CborInteger(-2), CborBytes(coordinates.first(32)),
                  CborInteger(-3), CborBytes(coordinates.subspan(32))});
}

Bytes AuthenticatorDataOf(const AppAttestText& text, const Bytes& point) {
  Bytes environment(text.environment.begin(), text.environment.end());
  environment.resize(16);
  const Bytes id = text.credential_id.value_or(Hash({point}));
  return Concatenated({HeadOf(text.app_id, text.flags, text.counter),
                       environment,
                       {0, static_cast<std::uint8_t>(id.size())},
                       id,
                       CoseKeyOf(text.cose_point.value_or(point)),
                       text.behind_key});
}

Bytes ObjectOf(const AppAttestText& text, const Bytes& leaf, const Bytes& intermediate,
               const Bytes& receipt, const Bytes& data) {
  if (text.is_of_indefinite_length) {
    return CborMapUntilBreak(
        {CborText("fmt"), CborText(text.format), CborText("attStmt"),
         CborMapUntilBreak({CborText("x5c"),
                            CborArrayUntilBreak({CborBytesInPieces(leaf), CborBytes(intermediate)}),
                            CborText("receipt"), CborBytesInPieces(receipt)}),
         CborText("authData"), CborBytesInPieces(data)});
  }
  const Bytes x5c = CborArray({CborBytes(leaf), CborBytes(intermediate)});
  const Bytes statement =
      text.has_receipt ? CborMap({CborText("x5c"), x5c, CborText("receipt"), CborBytes(receipt)})
                       : CborMap({CborText("x5c"), x5c});
  return CborMap({CborText("fmt"), CborText(text.format), CborText("attStmt"), statement,
                  CborText("authData"), CborBytes(data)});
}

Bytes ReceiptField(std::int64_t type, ByteView value) {
  return DerSequence({DerInteger(type), DerInteger(1), DerOctetString(value)});
}

}  // namespace

AppAttestIssuer::AppAttestIssuer(base::UnixTime valid_from)
    : root_(SelfSigned(Authority("Test App Attestation Root CA", valid_from), GenerateP384())),
      intermediate_(
          IssuedBy(root_, Authority("Test App Attestation CA 1", valid_from), GenerateP384())),
      receipt_root_(SelfSigned(Authority("Test Root CA - G3", valid_from), GenerateP384())),
      receipt_intermediate_(IssuedBy(receipt_root_,
                                     Authority("Test Application Integration CA 5", valid_from),
                                     GenerateP256())),
      receipt_signer_(IssuedBy(receipt_intermediate_,
                               {.subject = {{"CN", "Test Receipt Signing"}},
                                .extensions = {{"basicConstraints", "critical,CA:FALSE"},
                                               {"keyUsage", "critical,digitalSignature"}},
                                .not_before = valid_from,
                                .not_after = valid_from + kReceiptSignerLife},
                               GenerateP256())),
      attestation_anchors_({root_.certificate}, crypto::ChainPurpose::kAny),
      receipt_anchors_({receipt_root_.certificate}, crypto::ChainPurpose::kAny) {}

MadeAppAttest AppAttestIssuer::Attest(const AppAttestText& text) const {
  const std::string private_key = GenerateP256();
  const Bytes point = PublicKeyOf(private_key).Point();
  const Bytes data = AuthenticatorDataOf(text, point);
  const Bytes nonce = text.nonce.value_or(Hash({data, text.client_data_hash}));
  const CertifiedKey leaf =
      IssuedBy(intermediate_,
               {.subject = {{"CN", base::ToHex(Hash({point}))}, {"OU", "AAA Certification"}},
                .extensions = {{"basicConstraints", "critical,CA:FALSE"},
                               {"keyUsage", "critical,digitalSignature"},
                               {std::string(kNonceExtension),
                                AsExtension(DerSequence({DerExplicit(1, DerOctetString(nonce))}))}},
                .not_before = text.made_at - std::chrono::days(1),
                .not_after = text.made_at + std::chrono::days(2),
                .serial = text.serial},
               private_key);
  const Bytes receipt = text.has_receipt ? ReceiptOf(text, leaf.certificate) : Bytes();
  Bytes object =
      ObjectOf(text, leaf.certificate.Der(), intermediate_.certificate.Der(), receipt, data);
  Evidence evidence;
  evidence.scheme = Scheme::kAppAttest;
  evidence.token = base::ToBase64(object);
  evidence.key_id = base::ToBase64(Hash({point}));
  return {std::move(evidence), std::move(object), private_key, leaf.certificate};
}

Bytes AppAttestIssuer::ReceiptOf(const AppAttestText& text, const crypto::Certificate& leaf) const {
  const std::string app_id = text.receipt_app_id.value_or(text.app_id);
  const std::string created = text.receipt_created.value_or(base::FormatTime(text.made_at));
  const Bytes content = DerSet(
      {ReceiptField(2, base::AsBytes(app_id)),
       ReceiptField(3, text.receipt_certificate.value_or(leaf).Der()),
       ReceiptField(4, text.receipt_client_hash.value_or(text.client_data_hash)),
       ReceiptField(5, base::AsBytes("dG9rZW4=")),
       ReceiptField(6, base::AsBytes(text.receipt_type)), ReceiptField(12, base::AsBytes(created)),
       ReceiptField(21, base::AsBytes(base::FormatTime(text.made_at + std::chrono::days(90))))});
  return SignContent(content, receipt_signer_,
                     {receipt_intermediate_.certificate, receipt_root_.certificate});
}

std::string AssertAppAttest(const std::string& private_key, const AppAttestAssertionText& text) {
  const Bytes data =
      Concatenated({HeadOf(text.app_id, text.flags, text.counter), text.behind_head});
  const Bytes hashed = Concatenated({data, text.client_data_hash});
  const Bytes signature = text.is_hashed_once ? SignSha256(private_key, hashed)
                                              : SignSha256(private_key, Hash({hashed}));
  return base::ToBase64(CborMap({CborText("signature"), CborBytes(signature),
                                 CborText("authenticatorData"), CborBytes(data)}));
}

}  // namespace enks::attestation::issuing
