#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "attestation/app_attest.h"
#include "attestation/key_attestation.h"
#include "attestation/play_integrity.h"
#include "attestation/safetynet.h"
#include "attestation/scheme.h"
#include "attestation/trust_anchors.h"
#include "exposure/statistics.h"

// What one app's uploads must prove, as the operator wrote it down. Values only: paths are not
// opened and nothing is trusted yet (trust.h does that). docs/attestation.md describes each knob.
namespace enks::attestation {

enum class Mode : std::uint8_t {
  kOff,      // nothing is looked at
  kObserve,  // verified and counted, never refused
  kEnforce,
};

// What becomes of an upload of which nobody could say.
enum class WhenUnavailable : std::uint8_t { kDeny, kAllow };

// Who opens Play Integrity tokens. With kLocalThenGoogle, Google is asked only about tokens that
// are for none of our keys, never about one whose signature was wrong.
enum class IntegrityDecoding : std::uint8_t { kLocal, kGoogle, kLocalThenGoogle };

// kAssertion lets a phone attest a key once and sign later uploads with it, at the price of a
// lasting pseudonym of the phone in the database (docs/privacy.md).
enum class AppAttestMode : std::uint8_t { kOneShot, kAssertion };

struct PlayIntegrityKnobs : PlayIntegrityPolicy {
  IntegrityDecoding decoding = IntegrityDecoding::kLocal;
  std::vector<std::filesystem::path> key_files;  // as integrity_keys.h reads them
  std::filesystem::path service_account_file;
  std::string base_url = "https://playintegrity.googleapis.com";
  std::chrono::seconds timeout{5};
};

struct DeviceCheckKnobs {
  std::string team_id;
  std::string key_id;
  std::filesystem::path private_key_file;
  bool production = true;
  std::string base_url;  // empty: Apple's, by `production`
  std::chrono::seconds timeout{5};
};

struct AppAttestKnobs : AppAttestPolicy {
  AppAttestMode mode = AppAttestMode::kOneShot;
};

struct KeyAttestationKnobs : KeyAttestationPolicy {
  std::filesystem::path revocation_file;
};

struct Policy {
  Mode mode = Mode::kOff;
  std::set<Scheme> schemes;
  // Attestations of other platforms are verified and counted, and never refused. An upload without
  // one may come from any platform, so it is refused as long as there is one here.
  std::set<exposure::Platform> required_platforms = {exposure::Platform::kAndroid,
                                                     exposure::Platform::kIos};
  WhenUnavailable when_unavailable = WhenUnavailable::kDeny;
  bool exempts_travelers = false;
  bool exempts_self_reports = false;
  bool needs_challenge = false;
  // Whether tokens of the schemes that are bound to their upload are remembered, too. Their binding
  // makes that needless (docs/attestation.md, "Replays"); DeviceCheck's always are.
  bool remembers_bound_tokens = false;
  // Refusals of v1alpha1 look like successes, as the reference's did in May 2020.
  bool v1alpha1_refusals_look_like_success = false;

  SafetyNetPolicy safetynet;
  PlayIntegrityKnobs play_integrity;
  DeviceCheckKnobs devicecheck;
  AppAttestKnobs app_attest;
  KeyAttestationKnobs android_key_attestation;

  bool Takes(Scheme scheme) const { return schemes.contains(scheme); }
};

// A policy file: whom the operator trusts, and what each app must prove.
struct PolicyBook {
  std::map<AnchorUse, std::vector<std::filesystem::path>> anchors;
  std::map<std::string, Policy> policies;  // by the app's name in lower case
};

inline constexpr std::size_t kPolicyFileBytesMax = 1 << 20;
inline constexpr std::size_t kPoliciesMax = 1000;

// Reads the text of a policy file (TOML); relative paths start from `folder`. kInvalidArgument
// names the line, the knob and what it may be: an unknown one, a wrong value, or a policy whose
// schemes could not be carried out (no package, no digest, no anchor, no key).
Result<PolicyBook> ReadPolicyBook(std::string_view text, const std::filesystem::path& folder);

// One line a knob for people: its name below [policy."app"], what it may be, what it is unless set,
// and what it is for.
struct KnobDescription {
  std::string name;
  std::string range;
  std::string initial;
  std::string help;
};
std::vector<KnobDescription> DescribeKnobs();

}  // namespace enks::attestation
