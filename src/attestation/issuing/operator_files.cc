#include "attestation/issuing/operator_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "crypto/issuing.h"

namespace enks::attestation::issuing {
namespace {

using base::FileMode;

constexpr const char* kSafetyNetRoot = "anchors/safetynet.pem";
constexpr const char* kAppAttestRoot = "anchors/app-attest.pem";
constexpr const char* kReceiptRoot = "anchors/app-attest-receipt.pem";
constexpr const char* kKeyAttestationRoot = "anchors/android-key-attestation.pem";
constexpr const char* kIntegrityKeys = "play-integrity.keys";
constexpr const char* kServiceAccount = "service-account.json";
constexpr const char* kDeviceCheckKey = "devicecheck.p8";
constexpr const char* kRevocations = "revocations.json";

// Real lists are never empty, and a simulated one is none for production.
constexpr std::string_view kRevocationsText = R"({"entries":{"c35747a084470c3135aeefe2b8d40cd6":)"
                                              R"({"status":"REVOKED","reason":"KEY_COMPROMISE"}}})";

std::string SafetyNetKnobs(const Vendors& vendors, const Vendors::Handout& handout) {
  return fmt::format("safetynet.packages = [\"{}\"]\nsafetynet.cert_digests = [\"{}\"]\n",
                     vendors.app().package, handout.app_certificate_digest);
}

std::string PlayIntegrityKnobs(const Vendors& vendors, const Vendors::Handout& handout) {
  return fmt::format(
      "play_integrity.packages = [\"{}\"]\nplay_integrity.cert_digests = [\"{}\"]\n"
      "play_integrity.decode = \"local-then-google\"\nplay_integrity.keys = [\"{}\"]\n"
      "play_integrity.service_account_file = \"{}\"\nplay_integrity.base_url = \"{}\"\n",
      vendors.app().package, handout.app_certificate_digest, kIntegrityKeys, kServiceAccount,
      handout.google_url);
}

std::string DeviceCheckKnobs(const Vendors& vendors, const Vendors::Handout& handout) {
  return fmt::format(
      "devicecheck.team_id = \"{}\"\ndevicecheck.key_id = \"{}\"\n"
      "devicecheck.private_key_file = \"{}\"\ndevicecheck.base_url = \"{}\"\n",
      vendors.app().team_id, vendors.app().device_check_key_id, kDeviceCheckKey, handout.apple_url);
}

std::string KeyAttestationKnobs(const Vendors& vendors, const Vendors::Handout& handout) {
  return fmt::format(
      "android_key_attestation.packages = [\"{}\"]\n"
      "android_key_attestation.cert_digests = [\"{}\"]\n"
      "android_key_attestation.revocation_file = \"{}\"\n"
      "android_key_attestation.require_signature = true\n",
      vendors.app().package, handout.app_certificate_digest, kRevocations);
}

std::string KnobsOf(Scheme scheme, const Vendors& vendors, const Vendors::Handout& handout) {
  switch (scheme) {
    case Scheme::kSafetyNet:
      return SafetyNetKnobs(vendors, handout);
    case Scheme::kPlayIntegrity:
      return PlayIntegrityKnobs(vendors, handout);
    case Scheme::kDeviceCheck:
      return DeviceCheckKnobs(vendors, handout);
    case Scheme::kAppAttest:
      return fmt::format("app_attest.app_ids = [\"{}\"]\n", vendors.app().app_id());
    case Scheme::kAndroidKeyAttestation:
      break;
  }
  return KeyAttestationKnobs(vendors, handout);
}

}  // namespace

Status WriteVendorFiles(const Vendors::Handout& handout, const std::filesystem::path& folder,
                        base::Files& files) {
  const auto write = [&](const char* name, const std::string& text, FileMode mode) {
    return files.Write(folder / name, base::AsBytes(text), mode);
  };
  const auto write_root = [&](const char* name, const crypto::Certificate& root) {
    return write(name, crypto::ToPem(root), FileMode::kPublic);
  };
  ENKS_TRY(write_root(kSafetyNetRoot, handout.safetynet_root));
  ENKS_TRY(write_root(kAppAttestRoot, handout.app_attest_root));
  ENKS_TRY(write_root(kReceiptRoot, handout.app_attest_receipt_root));
  ENKS_TRY(write_root(kKeyAttestationRoot, handout.key_attestation_root));
  ENKS_TRY(write(kIntegrityKeys, handout.integrity_keys, FileMode::kOwnerOnly));
  ENKS_TRY(write(kServiceAccount, handout.service_account, FileMode::kOwnerOnly));
  return write(kDeviceCheckKey, handout.device_check_key, FileMode::kOwnerOnly);
}

Status WriteRevocations(const std::filesystem::path& folder, base::UnixTime now,
                        base::Files& files) {
  const std::filesystem::path path = folder / kRevocations;
  ENKS_TRY(files.Write(path, base::AsBytes(kRevocationsText), FileMode::kPublic));
  std::error_code fault;
  std::filesystem::last_write_time(path, std::chrono::file_clock::from_sys(now), fault);
  if (fault) return absl::UnavailableError(path.string() + ": its time cannot be set");
  return absl::OkStatus();
}

std::string AnchorsText() {
  return fmt::format(
      "[anchors]\nsafetynet = [\"{}\"]\napp-attest = [\"{}\"]\napp-attest-receipt = [\"{}\"]\n"
      "android-key-attestation = [\"{}\"]\n",
      kSafetyNetRoot, kAppAttestRoot, kReceiptRoot, kKeyAttestationRoot);
}

std::string PolicyText(std::string_view name, const Vendors& vendors,
                       const std::set<Scheme>& schemes) {
  const Vendors::Handout handout = vendors.HandOut();
  std::vector<std::string> ids;
  std::string knobs;
  for (const Scheme scheme : schemes) {
    ids.push_back(fmt::format("\"{}\"", SchemeId(scheme)));
    knobs += KnobsOf(scheme, vendors, handout);
  }
  return fmt::format("\n[policy.\"{}\"]\nmode = \"enforce\"\nschemes = [{}]\n{}", name,
                     fmt::join(ids, ", "), knobs);
}

}  // namespace enks::attestation::issuing
