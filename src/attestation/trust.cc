#include "attestation/trust.h"

#include <fmt/format.h>

#include <utility>

#include "base/secret.h"
#include "secrets/key_file.h"

namespace enks::attestation {
namespace {

// The anchors for one use; nothing if the policy file has none.
Result<std::optional<TrustAnchors>> ReadAnchors(const PolicyBook& book, AnchorUse use,
                                                base::UnixTime now, base::Files& files,
                                                Trust& trust) {
  const auto paths = book.anchors.find(use);
  if (paths == book.anchors.end()) return std::nullopt;
  ENKS_ASSIGN(TrustAnchors anchors, TrustAnchors::Read(use, paths->second, now, files));
  trust.descriptions.insert(trust.descriptions.end(), anchors.descriptions().begin(),
                            anchors.descriptions().end());
  trust.warnings.insert(trust.warnings.end(), anchors.warnings().begin(), anchors.warnings().end());
  return std::optional(std::move(anchors));
}

Result<IntegrityKeys> ReadIntegrityKeys(const std::filesystem::path& path, base::Files& files) {
  ENKS_ASSIGN(const base::SecretBytes text, secrets::ReadKeyFile(files, path));
  auto keys = IntegrityKeys::FromText(base::AsText(text.Expose()));
  if (keys.ok()) return keys;
  return absl::InvalidArgumentError(fmt::format("{}: {}", path.string(), MessageOf(keys.status())));
}

Result<RevocationList> ReadRevocationList(const std::filesystem::path& path, base::Files& files) {
  ENKS_ASSIGN(const base::UnixTime as_of, files.ModifiedAt(path));
  ENKS_ASSIGN(const base::Bytes bytes, files.Read(path, kRevocationListBytesMax));
  auto list = RevocationList::FromJson(base::AsText(bytes), as_of);
  if (list.ok() && list->size() == 0) {
    return absl::InvalidArgumentError("it lists no key at all, which Google's never does");
  }
  return list;
}

}  // namespace

Result<Trust> ReadTrust(const PolicyBook& book, base::UnixTime now, base::Files& files) {
  Trust trust;
  for (const auto& [use, verifier] :
       {std::pair(AnchorUse::kSafetyNet, &trust.safetynet),
        std::pair(AnchorUse::kAppAttest, &trust.app_attest),
        std::pair(AnchorUse::kAppAttestReceipt, &trust.app_attest_receipt)}) {
    ENKS_ASSIGN(const auto anchors, ReadAnchors(book, use, now, files, trust));
    if (anchors) *verifier = anchors->Verifier();
  }
  ENKS_ASSIGN(const auto keys,
              ReadAnchors(book, AnchorUse::kAndroidKeyAttestation, now, files, trust));
  if (keys) trust.android_key_attestation = keys->keys();
  return trust;
}

Result<LoadedPolicy> LoadPolicy(const std::string& app, const Policy& policy, base::Files& files,
                                std::vector<std::string>& warnings) {
  LoadedPolicy loaded{app, policy, {}, std::nullopt};
  if (policy.Takes(Scheme::kPlayIntegrity) &&
      policy.play_integrity.decoding != IntegrityDecoding::kGoogle) {
    for (const std::filesystem::path& path : policy.play_integrity.key_files) {
      ENKS_ASSIGN(IntegrityKeys keys, ReadIntegrityKeys(path, files));
      loaded.integrity_keys.push_back(std::move(keys));
    }
  }
  if (policy.Takes(Scheme::kAndroidKeyAttestation)) {
    const std::filesystem::path& path = policy.android_key_attestation.revocation_file;
    auto list = ReadRevocationList(path, files);
    if (list.ok()) {
      loaded.revocations = *std::move(list);
    } else {
      warnings.push_back(
          fmt::format("the revocation list {} cannot be used, so that no key "
                      "attestation for {} can be judged: {}",
                      path.string(), app, MessageOf(list.status())));
    }
  }
  return loaded;
}

}  // namespace enks::attestation
