#include "attestation/knobs.h"

#include "attestation/knob_kinds.h"

namespace enks::attestation {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

#define ENKS_KNOB(type, expression) +[](Policy& p) -> type& { return p.expression; }
using DigestList = std::vector<crypto::Sha256Digest>;
using TextList = std::vector<std::string>;

constexpr std::string_view kPackagesHelp = "Names of the Android apps that may upload.";
constexpr std::string_view kPastHelp = "How old an attestation may be.";
constexpr std::string_view kFutureHelp = "How far the clock that dated it may run ahead of ours.";

// Tokens are remembered for a day at most (token_memory.h): so long both bounds and the margin of
// examiner.cc may be together.
constexpr hours kPastMax{22};
constexpr hours kFutureMax{1};

void AddWindow(std::vector<Knob>& knobs, std::string_view past, std::string_view future,
               Place<seconds> place_past, Place<seconds> place_future) {
  knobs.push_back(DurationKnob(past, seconds(1), kPastMax, place_past, kPastHelp));
  knobs.push_back(DurationKnob(future, seconds(0), kFutureMax, place_future, kFutureHelp));
}

void AddGeneral(std::vector<Knob>& knobs) {
  knobs.push_back(ChoiceKnob<Mode>(
      "mode", {{"off", Mode::kOff}, {"observe", Mode::kObserve}, {"enforce", Mode::kEnforce}},
      ENKS_KNOB(Mode, mode), "Observe verifies and counts, and refuses nobody: begin with it."));
  knobs.push_back(SetKnob<Scheme>("schemes",
                                  {{"safetynet", Scheme::kSafetyNet},
                                   {"play-integrity", Scheme::kPlayIntegrity},
                                   {"devicecheck", Scheme::kDeviceCheck},
                                   {"app-attest", Scheme::kAppAttest},
                                   {"android-key-attestation", Scheme::kAndroidKeyAttestation}},
                                  ENKS_KNOB(std::set<Scheme>, schemes), "[]",
                                  "The ways in which phones may prove themselves."));
  knobs.push_back(SetKnob<exposure::Platform>(
      "require_for_platforms",
      {{"android", exposure::Platform::kAndroid}, {"ios", exposure::Platform::kIos}},
      ENKS_KNOB(std::set<exposure::Platform>, required_platforms), R"(["android", "ios"])",
      "Attestations of other platforms are verified and never refused."));
  knobs.push_back(ChoiceKnob<WhenUnavailable>(
      "on_unavailable", {{"deny", WhenUnavailable::kDeny}, {"allow", WhenUnavailable::kAllow}},
      ENKS_KNOB(WhenUnavailable, when_unavailable),
      "When Apple or Google cannot be asked, or the revocation list is old: deny tells phones to "
      "come again."));
  knobs.push_back(BoolKnob("exempt_traveler", ENKS_KNOB(bool, exempts_travelers),
                           "Takes uploads of travelers without attestation."));
  knobs.push_back(BoolKnob("exempt_self_report", ENKS_KNOB(bool, exempts_self_reports),
                           "Takes uploads that users report themselves without attestation."));
  knobs.push_back(BoolKnob("require_challenge", ENKS_KNOB(bool, needs_challenge),
                           "An attestation must hold a challenge of this server, minutes old."));
  knobs.push_back(BoolKnob("remember_bound_tokens", ENKS_KNOB(bool, remembers_bound_tokens),
                           "Remembers digests of tokens that are bound to their upload, too; "
                           "DeviceCheck tokens always are."));
  knobs.push_back(BoolKnob("v1alpha1_refusals_look_like_success",
                           ENKS_KNOB(bool, v1alpha1_refusals_look_like_success),
                           "Answers the older API as the reference did in May 2020."));
}

void AddSafetyNet(std::vector<Knob>& knobs) {
  knobs.push_back(TextsKnob("safetynet.packages", "a list of package names",
                            ENKS_KNOB(TextList, safetynet.packages), kPackagesHelp));
  knobs.push_back(
      DigestsKnob("safetynet.cert_digests", ENKS_KNOB(DigestList, safetynet.certificate_digests)));
  knobs.push_back(BoolKnob("safetynet.require_basic",
                           ENKS_KNOB(bool, safetynet.requires_basic_integrity),
                           "The device must not look tampered with."));
  knobs.push_back(BoolKnob("safetynet.require_cts", ENKS_KNOB(bool, safetynet.requires_cts_profile),
                           "The device must match a certified profile."));
  knobs.push_back(BoolKnob("safetynet.require_hardware_backed",
                           ENKS_KNOB(bool, safetynet.requires_hardware_backed),
                           "The device's hardware must have taken part in the evaluation."));
  AddWindow(knobs, "safetynet.past", "safetynet.future", ENKS_KNOB(seconds, safetynet.window.past),
            ENKS_KNOB(seconds, safetynet.window.future));
}

void AddPlayIntegrity(std::vector<Knob>& knobs) {
  knobs.push_back(TextsKnob("play_integrity.packages", "a list of package names",
                            ENKS_KNOB(TextList, play_integrity.packages), kPackagesHelp));
  knobs.push_back(DigestsKnob("play_integrity.cert_digests",
                              ENKS_KNOB(DigestList, play_integrity.certificate_digests)));
  knobs.push_back(ChoiceKnob<DeviceIntegrity>("play_integrity.min_device",
                                              {{"basic", DeviceIntegrity::kBasic},
                                               {"device", DeviceIntegrity::kDevice},
                                               {"strong", DeviceIntegrity::kStrong}},
                                              ENKS_KNOB(DeviceIntegrity, play_integrity.device_min),
                                              "The least that the device must have met."));
  knobs.push_back(BoolKnob("play_integrity.allow_virtual",
                           ENKS_KNOB(bool, play_integrity.allows_virtual),
                           "Takes emulators that Google vouches for."));
  knobs.push_back(TextsKnob("play_integrity.recognition", "a list of Google's labels",
                            ENKS_KNOB(TextList, play_integrity.recognition),
                            "What Google Play must say of the app."));
  knobs.push_back(BoolKnob("play_integrity.require_licensed",
                           ENKS_KNOB(bool, play_integrity.requires_licensed),
                           "The user must have got the app from Google Play: account data, and a "
                           "phone without an account then fails."));
  knobs.push_back(BoolKnob("play_integrity.allow_testing",
                           ENKS_KNOB(bool, play_integrity.allows_testing),
                           "Takes verdicts that Google made up for testers."));
  knobs.push_back(ChoiceKnob<IntegrityDecoding>(
      "play_integrity.decode",
      {{"local", IntegrityDecoding::kLocal},
       {"google", IntegrityDecoding::kGoogle},
       {"local-then-google", IntegrityDecoding::kLocalThenGoogle}},
      ENKS_KNOB(IntegrityDecoding, play_integrity.decoding),
      "Who opens tokens. Asking Google tells it that this app on this device uploads now."));
  knobs.push_back(PathsKnob(
      "play_integrity.keys",
      ENKS_KNOB(std::vector<std::filesystem::path>, play_integrity.key_files),
      "Files with DECRYPTION_KEY= and VERIFICATION_KEY=, as the Play Console gives them."));
  knobs.push_back(PathKnob("play_integrity.service_account_file",
                           ENKS_KNOB(std::filesystem::path, play_integrity.service_account_file),
                           "Credentials for asking Google."));
  knobs.push_back(TextKnob("play_integrity.base_url", "an https URL",
                           ENKS_KNOB(std::string, play_integrity.base_url), "Where Google is."));
  knobs.push_back(DurationKnob("play_integrity.timeout", seconds(1), seconds(30),
                               ENKS_KNOB(seconds, play_integrity.timeout),
                               "How long Google may take."));
  AddWindow(knobs, "play_integrity.past", "play_integrity.future",
            ENKS_KNOB(seconds, play_integrity.window.past),
            ENKS_KNOB(seconds, play_integrity.window.future));
}

void AddDeviceCheck(std::vector<Knob>& knobs) {
  knobs.push_back(TextKnob("devicecheck.team_id", "10 characters",
                           ENKS_KNOB(std::string, devicecheck.team_id), "The Apple team."));
  knobs.push_back(TextKnob("devicecheck.key_id", "10 characters",
                           ENKS_KNOB(std::string, devicecheck.key_id),
                           "Which of the team's keys signs our calls."));
  knobs.push_back(PathKnob("devicecheck.private_key_file",
                           ENKS_KNOB(std::filesystem::path, devicecheck.private_key_file),
                           "That key, the .p8 file that Apple gives once."));
  knobs.push_back(BoolKnob("devicecheck.production", ENKS_KNOB(bool, devicecheck.production),
                           "False for tokens of apps that come from Xcode."));
  knobs.push_back(TextKnob("devicecheck.base_url", "an https URL, or empty for Apple's",
                           ENKS_KNOB(std::string, devicecheck.base_url), "Where Apple is.",
                           EmptyText::kMeansInitial));
  knobs.push_back(DurationKnob("devicecheck.timeout", seconds(1), seconds(30),
                               ENKS_KNOB(seconds, devicecheck.timeout),
                               "How long Apple may take."));
}

void AddAppAttest(std::vector<Knob>& knobs) {
  knobs.push_back(TextsKnob("app_attest.app_ids", "a list of TEAMID.bundle.id",
                            ENKS_KNOB(TextList, app_attest.app_ids),
                            "The iOS apps that may upload."));
  knobs.push_back(BoolKnob("app_attest.allow_development",
                           ENKS_KNOB(bool, app_attest.allow_development),
                           "Takes keys of apps that come from Xcode."));
  knobs.push_back(BoolKnob("app_attest.require_receipt",
                           ENKS_KNOB(bool, app_attest.require_receipt),
                           "Only the receipt says when an attestation was made."));
  knobs.push_back(ChoiceKnob<AppAttestMode>(
      "app_attest.mode",
      {{"one-shot", AppAttestMode::kOneShot}, {"assertion", AppAttestMode::kAssertion}},
      ENKS_KNOB(AppAttestMode, app_attest.mode),
      "One-shot: a fresh key for each upload. Assertion: the server remembers a phone's key, a "
      "lasting pseudonym."));
  AddWindow(knobs, "app_attest.past", "app_attest.future",
            ENKS_KNOB(seconds, app_attest.window.past),
            ENKS_KNOB(seconds, app_attest.window.future));
}

void AddKeyAttestation(std::vector<Knob>& knobs) {
  knobs.push_back(TextsKnob("android_key_attestation.packages", "a list of package names",
                            ENKS_KNOB(TextList, android_key_attestation.packages), kPackagesHelp));
  knobs.push_back(DigestsKnob("android_key_attestation.cert_digests",
                              ENKS_KNOB(DigestList, android_key_attestation.certificate_digests)));
  knobs.push_back(ChoiceKnob<SecurityLevel>(
      "android_key_attestation.min_security_level",
      {{"tee", SecurityLevel::kTrustedEnvironment}, {"strongbox", SecurityLevel::kStrongBox}},
      ENKS_KNOB(SecurityLevel, android_key_attestation.level_min), "Where the key must be kept."));
  knobs.push_back(BoolKnob("android_key_attestation.require_locked",
                           ENKS_KNOB(bool, android_key_attestation.require_locked),
                           "The phone's boot loader must be locked."));
  knobs.push_back(BoolKnob("android_key_attestation.require_verified_boot",
                           ENKS_KNOB(bool, android_key_attestation.require_verified_boot),
                           "The phone must run what its maker signed."));
  knobs.push_back(PatchLevelKnob());
  knobs.push_back(
      PathKnob("android_key_attestation.revocation_file",
               ENKS_KNOB(std::filesystem::path, android_key_attestation.revocation_file),
               "Google's list of revoked keys; fetch it daily."));
  knobs.push_back(DurationKnob("android_key_attestation.revocation_max_age", hours(1),
                               hours(24 * 90),
                               ENKS_KNOB(seconds, android_key_attestation.revocation_age_max),
                               "An older list counts as unavailable."));
  knobs.push_back(BoolKnob("android_key_attestation.suspended_is_revoked",
                           ENKS_KNOB(bool, android_key_attestation.suspended_is_revoked),
                           "Suspended keys are refused, too."));
  knobs.push_back(BoolKnob("android_key_attestation.require_signature",
                           ENKS_KNOB(bool, android_key_attestation.require_signature),
                           "The attested key must have signed the upload."));
  AddWindow(knobs, "android_key_attestation.past", "android_key_attestation.future",
            ENKS_KNOB(seconds, android_key_attestation.window.past),
            ENKS_KNOB(seconds, android_key_attestation.window.future));
}

#undef ENKS_KNOB

}  // namespace

const std::vector<Knob>& Knobs() {
  static const std::vector<Knob> all = [] {
    std::vector<Knob> knobs;
    AddGeneral(knobs);
    AddSafetyNet(knobs);
    AddPlayIntegrity(knobs);
    AddDeviceCheck(knobs);
    AddAppAttest(knobs);
    AddKeyAttestation(knobs);
    return knobs;
  }();
  return all;
}

}  // namespace enks::attestation
