#include "attestation/key_attestation.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "attestation/key_attestation_chain.h"
#include "base/base64.h"
#include "base/time_text.h"
#include "crypto/certificate.h"

namespace enks::attestation {
namespace {

using base::ByteView;

std::string_view NameOf(SecurityLevel level) {
  switch (level) {
    case SecurityLevel::kSoftware:
      return "software";
    case SecurityLevel::kTrustedEnvironment:
      return "trusted environment";
    case SecurityLevel::kStrongBox:
      break;
  }
  return "StrongBox";
}

// One attestation on its way through the procedure. Each step says whether to go on.
class Verification {
 public:
  Verification(const Evidence& evidence, const KeyAttestationBinding& binding,
               const KeyAttestationPolicy& policy, const KeyAttestationTrust& trust,
               base::UnixTime now, Checks& checks)
      : evidence_(evidence),
        binding_(binding),
        policy_(policy),
        trust_(trust),
        now_(now),
        checks_(checks) {}

  void Run() {
    auto chain = ReadKeyAttestationChain(evidence_, checks_);
    if (!chain) return;
    chain_ = *std::move(chain);
    if (!CheckKeyAttestationChain(chain_, trust_.anchors, now_, checks_)) return;
    if (!CheckDescribedOnce(chain_, checks_) || !ReadDescription()) return;
    // What the list says is heard even if it is old; that it is old comes last.
    if (!CheckNotRevoked() || !CheckChallenge() || !CheckLevel() || !CheckKey() || !CheckBoot() ||
        !CheckApplication() || !CheckPatchLevel() || !CheckCreation() || !CheckDiscretion() ||
        !CheckSignature()) {
      return;
    }
    CheckRevocationsCurrent();
  }

 private:
  bool ReadDescription();
  bool CheckNotRevoked();
  bool CheckChallenge();
  bool CheckLevel();
  bool CheckKey();
  bool CheckBoot();
  bool CheckApplication();
  bool CheckPatchLevel();
  bool CheckCreation();
  bool CheckDiscretion();
  bool CheckSignature();
  void CheckRevocationsCurrent();

  bool IsRevoked(const crypto::Certificate& certificate) const;

  const Evidence& evidence_;
  const KeyAttestationBinding& binding_;
  const KeyAttestationPolicy& policy_;
  const KeyAttestationTrust& trust_;
  const base::UnixTime now_;
  Checks& checks_;

  std::vector<crypto::Certificate> chain_;
  KeyDescription description_;
};

bool Verification::ReadDescription() {
  const auto extension = chain_.front().Extension(kKeyDescriptionExtension);
  const Result<KeyDescription> description =
      extension ? ReadKeyDescription(*extension) : absl::InvalidArgumentError("none");
  if (!checks_.Needs("key description", description.ok(), Reason::kMalformed, [&] {
        return description.ok() ? fmt::format("version {}", description->version)
                                : std::string(MessageOf(description.status()));
      })) {
    return false;
  }
  description_ = *description;
  return true;
}

bool Verification::IsRevoked(const crypto::Certificate& certificate) const {
  using enum RevocationList::Status;
  const auto status = trust_.revocations->Of(certificate.SerialHex());
  return status == kRevoked || (status == kSuspended && policy_.suspended_is_revoked);
}

bool Verification::CheckNotRevoked() {
  if (trust_.revocations == nullptr) return true;
  const auto revoked = std::ranges::find_if(
      chain_, [&](const crypto::Certificate& certificate) { return IsRevoked(certificate); });
  return checks_.Holds("revocation", revoked == chain_.end(), Reason::kRevoked, [&] {
    return revoked == chain_.end()
               ? fmt::format("none of the list's {} entries", trust_.revocations->size())
               : fmt::format("certificate {} is listed", revoked - chain_.begin() + 1);
  });
}

bool Verification::CheckChallenge() {
  return checks_.Holds("challenge",
                       crypto::EqualInConstantTime(description_.challenge, binding_.challenge),
                       Reason::kBindingMismatch, [&] {
                         return fmt::format("{}, wanted {}", base::ToHex(description_.challenge),
                                            base::ToHex(binding_.challenge));
                       });
}

bool Verification::CheckLevel() {
  const SecurityLevel level = description_.attestation_level;
  const bool is_honest = level != SecurityLevel::kStrongBox || IsStrongBoxChain(chain_);
  return checks_.Holds("security level",
                       level == description_.key_level && level >= policy_.level_min,
                       Reason::kVerdictInsufficient,
                       [&] {
                         return fmt::format("attested in {}, the key in {}, wanted {} at least",
                                            NameOf(level), NameOf(description_.key_level),
                                            NameOf(policy_.level_min));
                       }) &&
         checks_.Holds("StrongBox claim", is_honest, Reason::kVerdictInsufficient,
                       [] { return "a StrongBox key needs a chain made for StrongBox"; });
}

// Only a key that must sign is looked at more closely: RSA keys attest as well as others.
bool Verification::CheckKey() {
  const AuthorizationList& hardware = description_.hardware;
  if (!checks_.Holds("origin", hardware.origin == kOriginGenerated, Reason::kVerdictInsufficient,
                     [] { return "wanted a key that was generated in the hardware"; })) {
    return false;
  }
  if (!policy_.require_signature) return true;
  const auto key = chain_.front().Key();
  const bool is_p256 = key.ok() && key->kind() == crypto::PublicKey::Kind::kEcP256;
  const bool may_sign =
      std::ranges::find(hardware.purposes, kPurposeSign) != hardware.purposes.end();
  return checks_.Holds("key's purpose", is_p256 && may_sign && hardware.algorithm == kAlgorithmEc,
                       Reason::kVerdictInsufficient,
                       [] { return "wanted a P-256 key that may sign"; });
}

bool Verification::CheckBoot() {
  const auto& root = description_.hardware.root_of_trust;
  if (!checks_.Needs("root of trust", root.has_value(), Reason::kVerdictInsufficient,
                     [] { return "wanted what the hardware says about how it was started"; })) {
    return false;
  }
  return checks_.Holds(
             "locked", root->device_locked || !policy_.require_locked, Reason::kVerdictInsufficient,
             [&] { return root->device_locked ? "yes" : "the bootloader is unlocked"; }) &&
         checks_.Holds("verified boot",
                       root->boot_state == BootState::kVerified || !policy_.require_verified_boot,
                       Reason::kVerdictInsufficient, [&] {
                         return fmt::format("state {}, 0 is verified",
                                            static_cast<int>(root->boot_state));
                       });
}

bool Verification::CheckApplication() {
  const ApplicationId application = description_.software.application.value_or(ApplicationId{});
  const bool has_package = std::ranges::any_of(application.packages, [&](const auto& package) {
    return std::ranges::find(policy_.packages, package) != policy_.packages.end();
  });
  const auto is_listed = [&](ByteView digest) {
    return std::ranges::any_of(policy_.certificate_digests, [&](const auto& listed) {
      return std::ranges::equal(listed, digest);
    });
  };
  const auto& digests = application.certificate_digests;
  return checks_.Holds("package", has_package, Reason::kAppMismatch,
                       [&] { return fmt::format("{}", fmt::join(application.packages, ", ")); }) &&
         checks_.Holds("signing certificate",
                       !digests.empty() && std::ranges::all_of(digests, is_listed),
                       Reason::kAppMismatch, [&] {
                         std::string text = "SHA-256";
                         for (const auto& digest : digests) text += " " + base::ToHex(digest);
                         return text;
                       });
}

bool Verification::CheckPatchLevel() {
  if (!policy_.patch_level_min) return true;
  const auto& level = description_.hardware.os_patch_level;
  return checks_.Holds("patch level", level && *level >= *policy_.patch_level_min,
                       Reason::kVerdictInsufficient, [&] {
                         return fmt::format("{}, wanted {} at least", level.value_or(0),
                                            *policy_.patch_level_min);
                       });
}

// Hardware with a clock of its own lists the time itself.
bool Verification::CheckCreation() {
  const auto& software = description_.software.created_ms;
  const auto created = software ? software : description_.hardware.created_ms;
  if (!checks_.Needs("creation time", created.has_value(), Reason::kStale,
                     [] { return "when the key was made"; })) {
    return checks_.explains();
  }
  return CheckFreshness(MadeAt(std::chrono::milliseconds(*created)), now_, policy_.window, checks_);
}

bool Verification::CheckDiscretion() {
  const bool tells = description_.has_unique_id || description_.software.identifies_phone ||
                     description_.hardware.identifies_phone;
  return checks_.Holds("no identifier of the phone", !tells, Reason::kVerdictInsufficient,
                       [] { return "the app must not ask for serial number, IMEI or MEID"; });
}

bool Verification::CheckSignature() {
  if (!policy_.require_signature) return true;
  const auto signature = evidence_.signature.size() > kTokenCharactersMax
                             ? std::nullopt
                             : base::FromAnyBase64(evidence_.signature);
  const auto key = chain_.front().Key();
  return checks_.Holds(
      "signature", signature && key.ok() && key->VerifySha256(binding_.message, *signature),
      Reason::kSignatureInvalid, [] { return "wanted one over the upload, by the attested key"; });
}

void Verification::CheckRevocationsCurrent() {
  const RevocationList* list = trust_.revocations;
  checks_.Holds("revocation list",
                list != nullptr && now_ - list->as_of() <= policy_.revocation_age_max,
                Reason::kUnavailable, [&] {
                  return list == nullptr ? "there is none"
                                         : fmt::format("of {}", base::FormatTime(list->as_of()));
                });
}

}  // namespace

void VerifyKeyAttestation(const Evidence& evidence, const KeyAttestationBinding& binding,
                          const KeyAttestationPolicy& policy, const KeyAttestationTrust& trust,
                          base::UnixTime now, Checks& checks) {
  Verification(evidence, binding, policy, trust, now, checks).Run();
}

}  // namespace enks::attestation
