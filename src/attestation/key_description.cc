#include "attestation/key_description.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/der.h"

namespace enks::attestation {
namespace {

using base::Bytes;
using base::ByteView;
using crypto::DerReader;

enum Tag : int {
  kPurpose = 1,
  kAlgorithm = 2,
  kCreationDateTime = 701,
  kOrigin = 702,
  kRootOfTrust = 704,
  kOsPatchLevel = 706,
  kAttestationApplicationId = 709,
};
constexpr std::array kPhoneIdentifiers = {713, 714, 715, 723};

Status Broken(const char* what) {
  return absl::InvalidArgumentError(what);
}

// A value of an enumeration whose members are 0, 1, ... up to `last`.
template <typename Enum>
Result<Enum> EnumeratedUpTo(DerReader& reader, Enum last) {
  ENKS_ASSIGN(const std::int64_t value, reader.Enumerated());
  if (value < 0 || value > static_cast<std::int64_t>(last)) {
    return Broken("key description: an unknown value of an enumeration");
  }
  return static_cast<Enum>(value);
}

// RootOfTrust ::= SEQUENCE { verifiedBootKey, deviceLocked, verifiedBootState, verifiedBootHash },
// the last one from version 3 on.
Status Read(DerReader& reader, std::optional<RootOfTrust>& out) {
  ENKS_ASSIGN(DerReader sequence, reader.Sequence());
  ENKS_TRY(sequence.OctetString().status());
  RootOfTrust root;
  ENKS_ASSIGN(root.device_locked, sequence.Boolean());
  ENKS_ASSIGN(root.boot_state, EnumeratedUpTo(sequence, BootState::kFailed));
  if (!sequence.AtEnd()) ENKS_TRY(sequence.OctetString().status());
  ENKS_TRY(sequence.End());
  out = root;
  return absl::OkStatus();
}

// SET OF SEQUENCE { package_name OCTET STRING, version INTEGER }.
Status ReadPackages(DerReader set, ApplicationId& out) {
  while (!set.AtEnd()) {
    if (out.packages.size() == kPackagesMax) return Broken("key description: too many packages");
    ENKS_ASSIGN(DerReader package, set.Sequence());
    ENKS_ASSIGN(const ByteView name, package.OctetString());
    ENKS_TRY(package.Integer().status());
    ENKS_TRY(package.End());
    out.packages.emplace_back(base::AsText(name));
  }
  return absl::OkStatus();
}

// AttestationApplicationId, which is DER inside an OCTET STRING.
Status Read(DerReader& reader, std::optional<ApplicationId>& out) {
  ENKS_ASSIGN(const ByteView der, reader.OctetString());
  DerReader outer(der);
  ENKS_ASSIGN(DerReader sequence, outer.Sequence());
  ENKS_TRY(outer.End());
  ENKS_ASSIGN(const DerReader packages, sequence.Set());
  ENKS_ASSIGN(DerReader digests, sequence.Set());
  ENKS_TRY(sequence.End());
  ApplicationId application;
  ENKS_TRY(ReadPackages(packages, application));
  while (!digests.AtEnd()) {
    if (application.certificate_digests.size() == kPackagesMax) {
      return Broken("key description: too many certificates of packages");
    }
    ENKS_ASSIGN(const ByteView digest, digests.OctetString());
    application.certificate_digests.emplace_back(digest.begin(), digest.end());
  }
  out = std::move(application);
  return absl::OkStatus();
}

Status Read(DerReader& reader, std::optional<std::int64_t>& out) {
  ENKS_ASSIGN(out, reader.Integer());
  return absl::OkStatus();
}

// SET OF INTEGER.
Status Read(DerReader& reader, std::vector<std::int64_t>& out) {
  ENKS_ASSIGN(DerReader set, reader.Set());
  while (!set.AtEnd()) {
    ENKS_ASSIGN(const std::int64_t number, set.Integer());
    out.push_back(number);
  }
  return absl::OkStatus();
}

Status ReadProperty(int tag, DerReader& content, AuthorizationList& list) {
  switch (tag) {
    case kPurpose:
      return Read(content, list.purposes);
    case kAlgorithm:
      return Read(content, list.algorithm);
    case kCreationDateTime:
      return Read(content, list.created_ms);
    case kOrigin:
      return Read(content, list.origin);
    case kRootOfTrust:
      return Read(content, list.root_of_trust);
    case kOsPatchLevel:
      return Read(content, list.os_patch_level);
    case kAttestationApplicationId:
      return Read(content, list.application);
    default:
      if (std::ranges::find(kPhoneIdentifiers, tag) != kPhoneIdentifiers.end()) {
        list.identifies_phone = true;
      }
      content = DerReader({});
      return absl::OkStatus();
  }
}

Result<AuthorizationList> ReadList(DerReader& reader) {
  ENKS_ASSIGN(DerReader sequence, reader.Sequence());
  AuthorizationList list;
  std::vector<int> seen;
  while (!sequence.AtEnd()) {
    ENKS_ASSIGN(DerReader::Tagged property, sequence.ContextTagged());
    if (std::ranges::find(seen, property.tag) != seen.end()) {
      return Broken("key description: a property twice");
    }
    if (seen.size() == kPropertiesMax) return Broken("key description: too many properties");
    seen.push_back(property.tag);
    ENKS_TRY(ReadProperty(property.tag, property.content, list));
    ENKS_TRY(property.content.End());
  }
  return list;
}

}  // namespace

Result<KeyDescription> ReadKeyDescription(ByteView der) {
  DerReader outer(der);
  ENKS_ASSIGN(DerReader sequence, outer.Sequence());
  ENKS_TRY(outer.End());
  KeyDescription description;
  ENKS_ASSIGN(description.version, sequence.Integer());
  ENKS_ASSIGN(description.attestation_level, EnumeratedUpTo(sequence, SecurityLevel::kStrongBox));
  ENKS_TRY(sequence.Integer().status());
  ENKS_ASSIGN(description.key_level, EnumeratedUpTo(sequence, SecurityLevel::kStrongBox));
  ENKS_ASSIGN(const ByteView challenge, sequence.OctetString());
  description.challenge.assign(challenge.begin(), challenge.end());
  ENKS_ASSIGN(const ByteView unique_id, sequence.OctetString());
  description.has_unique_id = !unique_id.empty();
  ENKS_ASSIGN(description.software, ReadList(sequence));
  ENKS_ASSIGN(description.hardware, ReadList(sequence));
  ENKS_TRY(sequence.End());
  return description;
}

}  // namespace enks::attestation
