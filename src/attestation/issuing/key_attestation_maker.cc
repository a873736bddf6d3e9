#include "attestation/issuing/key_attestation_maker.h"

#include <algorithm>
#include <chrono>

#include "attestation/issuing/cbor_maker.h"
#include "attestation/issuing/der_maker.h"
#include "attestation/issuing/signing.h"
#include "base/base64.h"

namespace enks::attestation::issuing {
namespace {

using base::Bytes;
using crypto::AuthorityText;
using crypto::CertificateText;
using crypto::CertifiedKey;
using crypto::IssuedBy;
using crypto::SelfSigned;

constexpr std::chrono::days kRootLife{7300};
constexpr std::string_view kProvisioningExtension = "1.3.6.1.4.1.11129.2.1.30";

Bytes Repeated(std::uint8_t tag, const std::vector<Bytes>& elements) {
  Bytes content;
  for (const Bytes& element : elements) content = Concatenated({content, element});
  return DerElement(tag, content);
}

CertificateText Authority(std::vector<std::pair<std::string, std::string>> subject,
                          base::UnixTime not_before, base::UnixTime not_after) {
  CertificateText text = AuthorityText("", not_before, not_after);
  text.subject = std::move(subject);
  return text;
}

// What the phone's maker puts into it: serialNumber and title name the certificates.
CertifiedKey FactoryKey(const CertifiedKey& root, const KeyAttestationText& text,
                        std::vector<CertifiedKey>& above) {
  const CertifiedKey intermediate =
      IssuedBy(root,
               Authority({{"serialNumber", "8ea03f9f"}, {"title", text.hardware_name}},
                         text.not_before, text.not_after),
               GenerateP256());
  above = {intermediate, root};
  CertificateText key = Authority({{"serialNumber", "fff8fab5"}, {"title", text.hardware_name}},
                                  text.not_before, text.not_after);
  key.serial = text.attestation_serial;
  return IssuedBy(intermediate, key, GenerateP256());
}

// What Google's servers give out for some weeks.
CertifiedKey RemoteKey(const CertifiedKey& root, const KeyAttestationText& text,
                       base::UnixTime valid_from, std::vector<CertifiedKey>& above) {
  const auto until = valid_from + kRootLife;
  const CertifiedKey second =
      IssuedBy(root, Authority({{"O", "Google LLC"}, {"CN", "Droid CA2"}}, valid_from, until),
               GenerateP384());
  const CertifiedKey third = IssuedBy(
      second,
      Authority({{"O", "Google LLC"}, {"CN", "Droid CA3"}}, text.not_before, text.not_after),
      GenerateP256());
  above = {third, second, root};
  CertificateText key = Authority({{"O", text.hardware_name}, {"CN", "44c157655f18"}},
                                  text.not_before, text.not_after);
  key.serial = text.attestation_serial;
  key.extensions.emplace_back(std::string(kProvisioningExtension),
                              AsExtension(CborMap({CborInteger(1), CborInteger(3)})));
  return IssuedBy(third, key, GenerateP256());
}

}  // namespace

void Properties::Set(int tag, Bytes value) {
  const auto property =
      std::ranges::find_if(list_, [&](const auto& entry) { return entry.first == tag; });
  if (property == list_.end()) {
    Add(tag, std::move(value));
  } else {
    property->second = std::move(value);
  }
}

void Properties::Remove(int tag) {
  std::erase_if(list_, [&](const auto& entry) { return entry.first == tag; });
}

Bytes Properties::ToDer() const {
  std::vector<Bytes> elements;
  for (const auto& [tag, value] : list_) elements.push_back(DerExplicit(tag, value));
  return Repeated(0x30, elements);
}

Bytes RootOfTrustDer(std::uint8_t locked, int boot_state) {
  return DerSequence({DerOctetString(Bytes(32, 0x33)), DerElement(0x01, {locked}),
                      DerEnumerated(boot_state), DerOctetString(Bytes(32, 0x44))});
}

Bytes ApplicationIdDer(const std::vector<std::string>& packages,
                       const std::vector<Bytes>& digests) {
  std::vector<Bytes> names;
  for (const std::string& package : packages) {
    names.push_back(DerSequence({DerText(package), DerInteger(7)}));
  }
  std::vector<Bytes> values;
  for (const Bytes& digest : digests) values.push_back(DerOctetString(digest));
  return DerOctetString(DerSequence({Repeated(0x31, names), Repeated(0x31, values)}));
}

Bytes KeyDescriptionText::ToDer() const {
  return DerSequence({DerInteger(version), DerEnumerated(attestation_level), DerInteger(version),
                      DerEnumerated(key_level), DerOctetString(challenge),
                      DerOctetString(unique_id), software.ToDer(), hardware.ToDer()});
}

KeyDescriptionText SoundDescription(base::UnixTime created, const std::string& package,
                                    const Bytes& digest) {
  const auto milliseconds = std::chrono::milliseconds(created.time_since_epoch()).count();
  KeyDescriptionText text;
  text.software = {{701, DerInteger(milliseconds)}, {709, ApplicationIdDer({package}, {digest})}};
  text.hardware = {{1, DerSet({DerInteger(2), DerInteger(3)})},
                   {2, DerInteger(3)},
                   {3, DerInteger(256)},
                   {5, DerSet({DerInteger(4)})},
                   {10, DerInteger(1)},
                   {503, DerElement(0x05, {})},
                   {702, DerInteger(0)},
                   {704, RootOfTrustDer(0xff, 0)},
                   {705, DerInteger(160000)},
                   {706, DerInteger(202511)},
                   {710, DerText("maker")},
                   {717, DerText("model")},
                   {718, DerInteger(20251105)},
                   {719, DerInteger(20251105)}};
  return text;
}

KeyAttestationIssuer::KeyAttestationIssuer(base::UnixTime valid_from)
    : valid_from_(valid_from),
      root_(
          SelfSigned(Authority({{"serialNumber", "f92009e8"}}, valid_from, valid_from + kRootLife),
                     GenerateP384())) {}

std::vector<CertifiedKey> KeyAttestationIssuer::Issue(const KeyAttestationText& text) const {
  std::vector<CertifiedKey> chain;
  const CertifiedKey key = text.provisioning == Provisioning::kFactory
                               ? FactoryKey(root_, text, chain)
                               : RemoteKey(root_, text, valid_from_, chain);
  chain.insert(chain.begin(), key);
  chain.insert(chain.begin(),
               IssueDescribedLeaf(key, text.description,
                                  text.leaf_key.empty() ? GenerateP256() : text.leaf_key));
  return chain;
}

std::vector<crypto::PublicKey> KeyAttestationIssuer::Anchors() const {
  return {PublicKeyOf(root_.private_key)};
}

// Dates as phones write them, which mean nothing: 1970 to 2048.
CertifiedKey IssueDescribedLeaf(const CertifiedKey& issuer, const KeyDescriptionText& description,
                                std::string leaf_key) {
  return IssuedBy(
      issuer,
      {.subject = {{"CN", "Android Keystore Key"}},
       .extensions = {{"keyUsage", "critical,digitalSignature"},
                      {std::string(kKeyDescriptionExtension), AsExtension(description.ToDer())}},
       .not_before = base::UnixTime(),
       .not_after = std::chrono::sys_days(std::chrono::year(2048) / 1 / 1)},
      std::move(leaf_key));
}

Evidence EvidenceOf(const std::vector<CertifiedKey>& chain) {
  Evidence evidence;
  evidence.scheme = Scheme::kAndroidKeyAttestation;
  for (const CertifiedKey& identity : chain) {
    evidence.chain.push_back(base::ToBase64(identity.certificate.Der()));
  }
  return evidence;
}

void SignUpload(const CertifiedKey& leaf, base::ByteView message, Evidence& evidence) {
  evidence.signature = base::ToBase64(SignSha256(leaf.private_key, message));
}

}  // namespace enks::attestation::issuing
