#include "attestation/trust_anchors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/time_text.h"

namespace enks::attestation {
namespace {

using base::Files;
using crypto::Certificate;
using crypto::PublicKey;
namespace fs = std::filesystem;

constexpr std::string_view kCommonName = "2.5.4.3";
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kCertificateLabel = "CERTIFICATE";
constexpr std::string_view kKeyLabel = "PUBLIC KEY";

// A root that is published for something else than what our anchors say.
struct RefusedRoot {
  std::string_view common_name;
  std::string_view spki_sha256;
};
constexpr std::array<RefusedRoot, 2> kRefusedRoots = {{
    {"Android Keystore Software Attestation Root",
     "d5100c7942ef2e8310dc30ef82729680cf48d690735c3f68179a33c7c370f286"},
    {"Apple WebAuthn Root CA", "ab4f65d4e627b65121a5acdf087ee3906c42b5a66e758778fab0df4464d8dd57"},
}};

Status Refused(const std::string& why) {
  return absl::InvalidArgumentError(why);
}

// The label of each PEM block, in order.
std::vector<std::string_view> LabelsOf(std::string_view pem) {
  std::vector<std::string_view> labels;
  std::size_t at = 0;
  while ((at = pem.find(kBegin, at)) != std::string_view::npos) {
    at += kBegin.size();
    labels.push_back(pem.substr(at, pem.find(kDashes, at) - at));
  }
  return labels;
}

// From each BEGIN line of a public key on: PublicKey reads the first block that it finds.
Result<std::vector<PublicKey>> ReadBareKeys(std::string_view pem) {
  const std::string begin = fmt::format("{}{}{}", kBegin, kKeyLabel, kDashes);
  std::vector<PublicKey> keys;
  for (std::size_t at = pem.find(begin); at != std::string_view::npos;
       at = pem.find(begin, at + begin.size())) {
    ENKS_ASSIGN(PublicKey key, PublicKey::FromPem(pem.substr(at)));
    keys.push_back(std::move(key));
  }
  return keys;
}

std::string Describe(const Certificate& certificate) {
  return fmt::format("{}, SHA-256 {}", certificate.Subject(),
                     base::ToHex(certificate.Fingerprint()));
}

// The files that `path` stands for: itself, or what is in it.
std::vector<fs::path> FilesOf(const fs::path& path, Files& files) {
  const auto names = files.List(path);
  if (!names.ok()) return {path};
  std::vector<fs::path> paths;
  for (const std::string& name : *names) {
    if (!name.starts_with('.')) paths.push_back(path / name);
  }
  return paths;
}

}  // namespace

Result<TrustAnchors> TrustAnchors::Read(AnchorUse use, const std::vector<fs::path>& paths,
                                        base::UnixTime now, Files& files) {
  TrustAnchors anchors(use);
  for (const fs::path& path : paths) {
    for (const fs::path& file : FilesOf(path, files)) {
      ENKS_ASSIGN(const base::Bytes pem, files.Read(file, kAnchorFileBytesMax));
      if (const Status added = anchors.AddPem(base::AsText(pem), now); !added.ok()) {
        return Refused(fmt::format("trust anchors: {}: {}", file.string(), MessageOf(added)));
      }
    }
  }
  if (anchors.keys_.empty()) return Refused("trust anchors: there are none");
  return anchors;
}

Status TrustAnchors::AddPem(std::string_view pem, base::UnixTime now) {
  const std::vector<std::string_view> labels = LabelsOf(pem);
  const auto certificates = std::ranges::count(labels, kCertificateLabel);
  const auto keys = std::ranges::count(labels, kKeyLabel);
  if (labels.empty()) return Refused("no PEM block");
  if (std::cmp_not_equal(certificates + keys, labels.size())) {
    return Refused("a PEM block that is neither CERTIFICATE nor PUBLIC KEY");
  }
  if (keys != 0 && use_ != AnchorUse::kAndroidKeyAttestation) {
    return Refused("a bare PUBLIC KEY, which only key attestation takes");
  }
  if (certificates != 0) {
    ENKS_ASSIGN(const auto read, Certificate::ManyFromPem(pem));
    // A block that the reader of certificates did not see would be trusted less than it looks.
    if (std::cmp_not_equal(read.size(), certificates)) {
      return Refused("a PEM block that cannot be read");
    }
    for (const Certificate& certificate : read) ENKS_TRY(AddCertificate(certificate, now));
  }
  ENKS_ASSIGN(const auto bare, ReadBareKeys(pem));
  for (const PublicKey& key : bare) ENKS_TRY(AddBareKey(key));
  return absl::OkStatus();
}

Status TrustAnchors::AddCertificate(const Certificate& certificate, base::UnixTime now) {
  if (!certificate.MayIssue()) {
    return Refused(certificate.Subject() + " is no certification authority");
  }
  for (const RefusedRoot& root : kRefusedRoots) {
    const auto names = certificate.SubjectValues(kCommonName);
    if (std::ranges::find(names, root.common_name) != names.end()) {
      return Refused(fmt::format("{} is not to be trusted", root.common_name));
    }
  }
  ENKS_ASSIGN(const PublicKey key, certificate.Key());
  ENKS_TRY(AddKey(key));
  const bool is_known = std::ranges::any_of(certificates_, [&certificate](const auto& known) {
    return known.Der() == certificate.Der();
  });
  if (is_known) return absl::OkStatus();
  if (certificates_.size() == kAnchorsMax) return Refused("too many anchors");
  certificates_.push_back(certificate);
  descriptions_.push_back(Describe(certificate));
  if (certificate.NotAfter() <= now) {
    warnings_.push_back(fmt::format("{} has expired on {}", Describe(certificate),
                                    base::FormatTime(certificate.NotAfter())));
  }
  return absl::OkStatus();
}

Status TrustAnchors::AddBareKey(const PublicKey& key) {
  const std::size_t before = keys_.size();
  ENKS_TRY(AddKey(key));
  if (keys_.size() == before) return absl::OkStatus();
  descriptions_.push_back(
      fmt::format("a public key, SHA-256 {}", base::ToHex(crypto::Sha256(key.Spki()))));
  return absl::OkStatus();
}

Status TrustAnchors::AddKey(const PublicKey& key) {
  const std::string digest = base::ToHex(crypto::Sha256(key.Spki()));
  for (const RefusedRoot& root : kRefusedRoots) {
    if (digest == root.spki_sha256) {
      return Refused(fmt::format("the key of {} is not to be trusted", root.common_name));
    }
  }
  if (HoldsKey(key.Spki())) return absl::OkStatus();
  if (keys_.size() == kAnchorsMax) return Refused("too many anchors");
  keys_.push_back(key);
  return absl::OkStatus();
}

bool TrustAnchors::HoldsKey(base::ByteView spki) const {
  return std::ranges::any_of(
      keys_, [spki](const PublicKey& key) { return std::ranges::equal(key.Spki(), spki); });
}

crypto::ChainVerifier TrustAnchors::Verifier() const {
  const bool is_tls = use_ == AnchorUse::kSafetyNet;
  return {certificates_, is_tls ? crypto::ChainPurpose::kTlsServer : crypto::ChainPurpose::kAny};
}

}  // namespace enks::attestation
