#include <fmt/format.h>
#define TOML_EXCEPTIONS 0
// See base/toml_text.cc.
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "attestation/knobs.h"
#include "attestation/policy.h"
#include "base/toml_text.h"

namespace enks::attestation {
namespace {

Status Fault(const toml::node& node, std::string_view text) {
  return absl::InvalidArgumentError(fmt::format("line {}: {}", node.source().begin.line, text));
}

std::optional<KnobValue> ValueOf(const toml::node& node) {
  if (const auto flag = node.value_exact<bool>()) return *flag;
  if (const auto number = node.value_exact<std::int64_t>()) return *number;
  if (const auto text = node.value_exact<std::string>()) return *text;
  const toml::array* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> items;
  for (const toml::node& item : *array) {
    const auto text = item.value_exact<std::string>();
    if (!text) return std::nullopt;
    items.push_back(*text);
  }
  return items;
}

const Knob* FindKnob(std::string_view name) {
  const auto found = std::ranges::find(Knobs(), name, &Knob::name);
  return found == Knobs().end() ? nullptr : &*found;
}

Status SetKnobOf(Policy& policy, const std::string& name, const toml::node& node,
                 const std::filesystem::path& folder) {
  const Knob* knob = FindKnob(name);
  if (knob == nullptr) {
    return Fault(node,
                 fmt::format("there is no knob \"{}\"; `enks attestation knobs` lists them", name));
  }
  const auto value = ValueOf(node);
  const KnobFault fault = value ? knob->set(policy, *value, folder) : "has the wrong kind";
  if (!fault) return absl::OkStatus();
  return Fault(node, fmt::format("{} {}. Allowed: {}. It is {} unless set.", name, *fault,
                                 knob->range, knob->initial));
}

bool IsSection(std::string_view name) {
  const std::string prefix = std::string(name) + ".";
  return std::ranges::any_of(Knobs(),
                             [&](const Knob& knob) { return knob.name.starts_with(prefix); });
}

// [policy."app"] with its sections, one a scheme.
Status ReadPolicy(const toml::table& table, const std::string& prefix,
                  const std::filesystem::path& folder, Policy& policy) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    // A quoted name with a dot in it could set a knob of a section a second time.
    if (key.str().find('.') != std::string_view::npos) {
      return Fault(node, fmt::format("\"{}\" belongs in a section of its own", name));
    }
    if (const toml::table* section = node.as_table();
        section != nullptr && prefix.empty() && IsSection(name)) {
      ENKS_TRY(ReadPolicy(*section, name + ".", folder, policy));
    } else {
      ENKS_TRY(SetKnobOf(policy, name, node, folder));
    }
  }
  return absl::OkStatus();
}

constexpr std::pair<std::string_view, AnchorUse> kAnchorUses[] = {
    {"safetynet", AnchorUse::kSafetyNet},
    {"app-attest", AnchorUse::kAppAttest},
    {"app-attest-receipt", AnchorUse::kAppAttestReceipt},
    {"android-key-attestation", AnchorUse::kAndroidKeyAttestation},
};

Status ReadAnchors(const toml::table& table, const std::filesystem::path& folder,
                   PolicyBook& book) {
  for (const auto& [key, node] : table) {
    const auto* use =
        std::ranges::find(kAnchorUses, key.str(), &std::pair<std::string_view, AnchorUse>::first);
    if (use == std::end(kAnchorUses)) {
      return Fault(node, fmt::format("there are no anchors for \"{}\": only for safetynet, "
                                     "app-attest, app-attest-receipt and android-key-attestation",
                                     key.str()));
    }
    const auto value = ValueOf(node);
    const auto* paths = value ? std::get_if<std::vector<std::string>>(&*value) : nullptr;
    if (paths == nullptr) return Fault(node, "anchors are a list of files or folders");
    for (const std::string& path : *paths) book.anchors[use->second].push_back(folder / path);
  }
  return absl::OkStatus();
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// What an enabled scheme needs to be carried out, as a phrase; empty: nothing is missing.
std::string_view WhatIsMissing(const Policy& policy, Scheme scheme, const PolicyBook& book) {
  const auto has_anchors = [&](AnchorUse use) { return book.anchors.contains(use); };
  switch (scheme) {
    case Scheme::kSafetyNet:
      if (policy.safetynet.packages.empty()) return "safetynet.packages";
      if (policy.safetynet.certificate_digests.empty()) return "safetynet.cert_digests";
      return has_anchors(AnchorUse::kSafetyNet) ? "" : "safetynet in [anchors]";
    case Scheme::kPlayIntegrity: {
      const PlayIntegrityKnobs& knobs = policy.play_integrity;
      if (knobs.packages.empty()) return "play_integrity.packages";
      if (knobs.certificate_digests.empty()) return "play_integrity.cert_digests";
      if (knobs.recognition.empty()) return "play_integrity.recognition";
      if (knobs.decoding != IntegrityDecoding::kGoogle && knobs.key_files.empty()) {
        return "play_integrity.keys";
      }
      if (knobs.decoding != IntegrityDecoding::kLocal && knobs.service_account_file.empty()) {
        return "play_integrity.service_account_file";
      }
      // Google must be told whose token it is, and what is sealed does not say it.
      if (knobs.decoding != IntegrityDecoding::kLocal && knobs.packages.size() > 1) {
        return "single one of play_integrity.packages, which asking Google needs";
      }
      return "";
    }
    case Scheme::kDeviceCheck:
      if (policy.devicecheck.team_id.empty()) return "devicecheck.team_id";
      if (policy.devicecheck.key_id.empty()) return "devicecheck.key_id";
      return policy.devicecheck.private_key_file.empty() ? "devicecheck.private_key_file" : "";
    case Scheme::kAppAttest:
      if (policy.app_attest.app_ids.empty()) return "app_attest.app_ids";
      if (!has_anchors(AnchorUse::kAppAttest)) return "app-attest in [anchors]";
      if (policy.app_attest.require_receipt && !has_anchors(AnchorUse::kAppAttestReceipt)) {
        return "app-attest-receipt in [anchors]";
      }
      return "";
    case Scheme::kAndroidKeyAttestation: {
      const KeyAttestationKnobs& knobs = policy.android_key_attestation;
      if (knobs.packages.empty()) return "android_key_attestation.packages";
      if (knobs.certificate_digests.empty()) return "android_key_attestation.cert_digests";
      if (knobs.revocation_file.empty()) return "android_key_attestation.revocation_file";
      return has_anchors(AnchorUse::kAndroidKeyAttestation)
                 ? ""
                 : "android-key-attestation in [anchors]";
    }
  }
  return "";
}

Status CheckPolicy(const std::string& app, const Policy& policy, const PolicyBook& book) {
  if (policy.mode == Mode::kOff) return absl::OkStatus();
  if (policy.schemes.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("the policy of {} is on but takes no scheme: set schemes", app));
  }
  for (const Scheme scheme : policy.schemes) {
    const std::string_view missing = WhatIsMissing(policy, scheme, book);
    if (missing.empty()) continue;
    return absl::InvalidArgumentError(
        fmt::format("the policy of {} takes {} but has no {}", app, SchemeId(scheme), missing));
  }
  if (policy.mode == Mode::kEnforce && policy.required_platforms.empty()) {
    return absl::InvalidArgumentError(fmt::format(
        "the policy of {} enforces for no platform: observe does that, and says it", app));
  }
  const bool asserts =
      policy.Takes(Scheme::kAppAttest) && policy.app_attest.mode == AppAttestMode::kAssertion;
  if (asserts && !policy.needs_challenge) {
    return absl::InvalidArgumentError(
        fmt::format("the policy of {} takes assertions, in which only a challenge tells the time: "
                    "set require_challenge",
                    app));
  }
  return absl::OkStatus();
}

Status ReadPolicies(const toml::table& table, const std::filesystem::path& folder,
                    PolicyBook& book) {
  if (table.size() > kPoliciesMax) return Fault(table, "too many policies");
  for (const auto& [key, node] : table) {
    const toml::table* section = node.as_table();
    if (section == nullptr) return Fault(node, "a policy is a table: [policy.\"app\"]");
    if (key.str().empty()) return Fault(node, "a policy needs the name of an app");
    Policy policy;
    ENKS_TRY(ReadPolicy(*section, "", folder, policy));
    if (!book.policies.emplace(Lower(key.str()), std::move(policy)).second) {
      return Fault(node, "a second policy for this app; names are compared in lower case");
    }
  }
  return absl::OkStatus();
}

// When all is read, for policies may stand before the anchors.
Status CheckPolicies(const toml::table& file, const PolicyBook& book) {
  const toml::table* policies = file.get_as<toml::table>("policy");
  if (policies == nullptr) return absl::OkStatus();
  for (const auto& [key, node] : *policies) {
    const auto& [app, policy] = *book.policies.find(Lower(key.str()));
    const Status status = CheckPolicy(app, policy, book);
    if (!status.ok()) return Fault(node, MessageOf(status));
  }
  return absl::OkStatus();
}

}  // namespace

Result<PolicyBook> ReadPolicyBook(std::string_view text, const std::filesystem::path& folder) {
  if (text.size() > kPolicyFileBytesMax) return absl::InvalidArgumentError("too long");
  ENKS_TRY(base::CheckTomlText(text));
  const toml::parse_result parsed = toml::parse(text);
  PolicyBook book;
  for (const auto& [key, node] : parsed.table()) {
    const toml::table* table = node.as_table();
    if (table != nullptr && key.str() == "anchors") {
      ENKS_TRY(ReadAnchors(*table, folder, book));
    } else if (table != nullptr && key.str() == "policy") {
      ENKS_TRY(ReadPolicies(*table, folder, book));
    } else {
      return Fault(
          node, fmt::format("there is only [anchors] and [policy.\"app\"], not \"{}\"", key.str()));
    }
  }
  ENKS_TRY(CheckPolicies(parsed.table(), book));
  return book;
}

std::vector<KnobDescription> DescribeKnobs() {
  std::vector<KnobDescription> descriptions;
  for (const Knob& knob : Knobs()) {
    descriptions.push_back(
        {std::string(knob.name), knob.range, knob.initial, std::string(knob.help)});
  }
  return descriptions;
}

}  // namespace enks::attestation
