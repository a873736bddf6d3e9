#include "cli/attestation_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/base64.h"
#include "base/duration.h"
#include "crypto/digest.h"

namespace enks::cli {
namespace {

using attestation::Mode;
using attestation::Policy;
using attestation::Reason;
using attestation::Scheme;
using Lines = std::vector<std::string>;

std::string Window(const attestation::FreshnessWindow& window) {
  return fmt::format("made at most {} ago, by a clock at most {} ahead of ours",
                     base::FormatDuration(window.past), base::FormatDuration(window.future));
}

std::string Apps(const std::vector<std::string>& packages, std::size_t certificates) {
  return fmt::format("app {}, signed with one of {} certificate(s)", fmt::join(packages, " or "),
                     certificates);
}

std::string_view ModeInWords(Mode mode) {
  switch (mode) {
    case Mode::kOff:
      return "off: nothing is looked at, and no upload is refused";
    case Mode::kObserve:
      return "observe: attestations are verified and counted, and no upload is refused";
    case Mode::kEnforce:
      return "enforce: uploads without a good attestation are refused";
  }
  return "";
}

std::string SafetyNetInWords(const attestation::SafetyNetPolicy& knobs) {
  std::string text =
      fmt::format("safetynet: {}; {}", Apps(knobs.packages, knobs.certificate_digests.size()),
                  Window(knobs.window));
  if (knobs.requires_basic_integrity) text += "; basicIntegrity";
  if (knobs.requires_cts_profile) text += "; ctsProfileMatch";
  if (knobs.requires_hardware_backed) text += "; evaluated by hardware";
  return text;
}

std::string_view DecodingInWords(attestation::IntegrityDecoding decoding) {
  switch (decoding) {
    case attestation::IntegrityDecoding::kLocal:
      return "tokens are opened here, with the app's own keys";
    case attestation::IntegrityDecoding::kGoogle:
      return "every token is sent to Google to be opened";
    case attestation::IntegrityDecoding::kLocalThenGoogle:
      return "tokens for none of the app's keys are sent to Google to be opened";
  }
  return "";
}

std::string PlayIntegrityInWords(const attestation::PlayIntegrityKnobs& knobs) {
  constexpr std::string_view kLevels[] = {"basic", "device", "strong"};
  std::string text = fmt::format(
      "play-integrity: {}; recognized as {}; device integrity {} or better; {}; {}",
      Apps(knobs.packages, knobs.certificate_digests.size()), fmt::join(knobs.recognition, " or "),
      kLevels[static_cast<std::size_t>(knobs.device_min)], Window(knobs.window),
      DecodingInWords(knobs.decoding));
  if (knobs.requires_licensed) text += "; licensed by Google Play";
  return text;
}

std::string DeviceCheckInWords(const attestation::DeviceCheckKnobs& knobs) {
  return fmt::format(
      "devicecheck: Apple is asked within {} whether the token comes from a device with an app of "
      "team {}; nothing ties the token to the upload",
      base::FormatDuration(knobs.timeout), knobs.team_id);
}

std::string AppAttestInWords(const attestation::AppAttestKnobs& knobs) {
  std::string text = fmt::format("app-attest: app {}", fmt::join(knobs.app_ids, " or "));
  text += knobs.require_receipt ? fmt::format("; with a receipt, {}", Window(knobs.window))
                                : "; with or without a receipt, so of any age";
  text += knobs.mode == attestation::AppAttestMode::kOneShot
              ? "; a fresh key for each upload"
              : "; a phone's key is remembered, and later uploads are signed with it";
  return text;
}

std::string KeyAttestationInWords(const attestation::KeyAttestationKnobs& knobs) {
  const bool is_strongbox = knobs.level_min == attestation::SecurityLevel::kStrongBox;
  std::string text =
      fmt::format("android-key-attestation: {}; key kept in {}; {}; revocation list at most {} old",
                  Apps(knobs.packages, knobs.certificate_digests.size()),
                  is_strongbox ? "a StrongBox" : "a TEE or StrongBox", Window(knobs.window),
                  base::FormatDuration(knobs.revocation_age_max));
  if (knobs.require_locked) text += "; boot loader locked";
  if (knobs.require_verified_boot) text += "; verified boot";
  if (knobs.patch_level_min)
    text += fmt::format("; patch level {} or newer", *knobs.patch_level_min);
  if (knobs.require_signature) text += "; the upload signed by the key";
  return text;
}

std::string SchemeInWords(const Policy& policy, Scheme scheme) {
  switch (scheme) {
    case Scheme::kSafetyNet:
      return SafetyNetInWords(policy.safetynet);
    case Scheme::kPlayIntegrity:
      return PlayIntegrityInWords(policy.play_integrity);
    case Scheme::kDeviceCheck:
      return DeviceCheckInWords(policy.devicecheck);
    case Scheme::kAppAttest:
      return AppAttestInWords(policy.app_attest);
    case Scheme::kAndroidKeyAttestation:
      return KeyAttestationInWords(policy.android_key_attestation);
  }
  return "";
}

std::string PlatformsInWords(const Policy& policy) {
  std::string names;
  for (const exposure::Platform platform : policy.required_platforms) {
    if (!names.empty()) names += " and ";
    names += platform == exposure::Platform::kIos ? "ios" : "android";
  }
  return names.empty() ? "no platform has to attest" : "has to attest: " + names;
}

void AddExemptions(const Policy& policy, Lines& lines) {
  if (policy.exempts_travelers) lines.emplace_back("travelers need no attestation");
  if (policy.exempts_self_reports) lines.emplace_back("self-reports need no attestation");
  if (policy.needs_challenge) {
    lines.emplace_back("an attestation holds a challenge of this server, at most 10m old");
  }
}

void AddSchemeDoubts(const Policy& policy, Lines& doubts) {
  if (policy.Takes(Scheme::kDeviceCheck)) {
    doubts.emplace_back(
        "devicecheck binds nothing: a token taken from one phone vouches for any upload, once");
    if (!policy.devicecheck.production) {
      doubts.emplace_back("devicecheck.production is false: only apps from Xcode pass");
    }
  }
  if (policy.Takes(Scheme::kPlayIntegrity)) {
    if (policy.play_integrity.allows_testing) {
      doubts.emplace_back("play_integrity.allow_testing takes verdicts made up for testers");
    }
    if (policy.play_integrity.allows_virtual) {
      doubts.emplace_back("play_integrity.allow_virtual takes emulators");
    }
  }
  if (policy.Takes(Scheme::kAppAttest)) {
    if (policy.app_attest.allow_development) {
      doubts.emplace_back("app_attest.allow_development takes keys of apps from Xcode");
    }
    if (!policy.app_attest.require_receipt) {
      doubts.emplace_back("app_attest.require_receipt is false: attestations never grow old");
    }
  }
  if (policy.Takes(Scheme::kSafetyNet)) {
    doubts.emplace_back("safetynet ended in January 2025: only old test data has tokens");
  }
}

}  // namespace

std::string_view MeaningOf(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "nothing is wrong with it";
    case Reason::kMissing:
      return "required, and none was sent";
    case Reason::kSchemeNotAllowed:
      return "not one of the policy's schemes";
    case Reason::kMalformed:
      return "it cannot be read, or is too large";
    case Reason::kChainInvalid:
      return "its certificates do not lead to a trust anchor, or not now";
    case Reason::kRevoked:
      return "a certificate of the chain is on the revocation list";
    case Reason::kSignatureInvalid:
      return "a signature does not hold";
    case Reason::kBindingMismatch:
      return "made for another upload, or for another challenge";
    case Reason::kStale:
      return "older than the window allows";
    case Reason::kFuture:
      return "newer than the window allows: is a clock wrong?";
    case Reason::kAppMismatch:
      return "of another app, another signing certificate or another environment";
    case Reason::kVerdictInsufficient:
      return "the device or the app does not show what the policy asks for";
    case Reason::kReplayed:
      return "used before, for another upload";
    case Reason::kUpstreamRejected:
      return "Apple or Google says that it is bad";
    case Reason::kUnavailable:
      return "nobody could say; the same upload may be taken later";
    case Reason::kConfigError:
      return "the policy cannot be carried out";
  }
  return "";
}

Lines PolicyInWords(const Policy& policy) {
  Lines lines = {std::string(ModeInWords(policy.mode))};
  if (policy.mode == Mode::kOff) return lines;
  lines.push_back(PlatformsInWords(policy));
  lines.emplace_back(policy.when_unavailable == attestation::WhenUnavailable::kDeny
                         ? "when nobody can say, phones are told to come again (503)"
                         : "when nobody can say, the upload is taken");
  AddExemptions(policy, lines);
  for (const Scheme scheme : policy.schemes) lines.push_back(SchemeInWords(policy, scheme));
  return lines;
}

Lines Doubts(const Policy& policy) {
  if (policy.mode == Mode::kOff) return {"the policy is off"};
  Lines doubts;
  if (policy.required_platforms.empty()) doubts.emplace_back("no platform has to attest");
  for (const auto platform : {exposure::Platform::kAndroid, exposure::Platform::kIos}) {
    const std::string_view name = platform == exposure::Platform::kIos ? "ios" : "android";
    if (!policy.required_platforms.contains(platform)) {
      // Only the scheme that a phone names tells its platform.
      doubts.push_back(
          fmt::format("{} phones do not have to attest: whoever claims to be one gets in", name));
      continue;
    }
    const bool has_scheme = std::ranges::any_of(policy.schemes, [platform](Scheme scheme) {
      return attestation::PlatformOf(scheme) == platform;
    });
    if (!has_scheme) {
      doubts.push_back(
          fmt::format("{} phones have to attest, and no scheme of theirs is taken", name));
    }
  }
  AddSchemeDoubts(policy, doubts);
  return doubts;
}

NamedValues BindingInWords(Scheme scheme, const attestation::BoundUpload& upload) {
  const auto message = attestation::BoundMessage(scheme, upload);
  if (!message) return {};
  if (scheme == Scheme::kSafetyNet) {
    const std::string nonce = attestation::LegacyNonce(upload);
    return {{"nonce", nonce}, {"nonce_claim", base::ToBase64(base::AsBytes(nonce))}};
  }
  if (scheme == Scheme::kDeviceCheck) return {};
  const crypto::Sha256Digest digest = crypto::Sha256(*message);
  NamedValues values = {{"message_hex", base::ToHex(*message)},
                        {"digest_hex", base::ToHex(digest)},
                        {"digest_base64", base::ToBase64(digest)}};
  const bool is_play = scheme == Scheme::kPlayIntegrity;
  values.emplace_back(is_play ? "nonce" : "digest_base64url", base::ToBase64Url(digest));
  return values;
}

std::string KnobTable() {
  std::string table = "| Knob | Allowed | Default | |\n|---|---|---|---|\n";
  for (const attestation::KnobDescription& knob : attestation::DescribeKnobs()) {
    table +=
        fmt::format("| `{}` | {} | `{}` | {} |\n", knob.name, knob.range, knob.initial, knob.help);
  }
  return table;
}

}  // namespace enks::cli
