#include "attestation/play_integrity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "attestation/app_signature.h"
#include "attestation/integrity_token.h"
#include "attestation/jose.h"
#include "attestation/strict_json.h"
#include "base/base64.h"

namespace enks::attestation {
namespace {

constexpr std::array<std::pair<std::string_view, DeviceIntegrity>, 3> kDeviceLabels = {{
    {"MEETS_BASIC_INTEGRITY", DeviceIntegrity::kBasic},
    {"MEETS_DEVICE_INTEGRITY", DeviceIntegrity::kDevice},
    {"MEETS_STRONG_INTEGRITY", DeviceIntegrity::kStrong},
}};
constexpr std::string_view kVirtualLabel = "MEETS_VIRTUAL_INTEGRITY";
constexpr std::string_view kLicensed = "LICENSED";

bool Contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

// A member without content is as good as none: an issuer may write either.
bool IsThere(const std::optional<std::string>& text) {
  return text && !text->empty();
}

// Google may hand a nonce back with padding.
bool IsBinding(std::string_view text, base::ByteView binding) {
  while (text.ends_with('=')) text.remove_suffix(1);
  const auto bytes = FromStrictBase64Url(text);
  return bytes && crypto::EqualInConstantTime(*bytes, binding);
}

// Section "Play Integrity" step 4: who asked, for which upload, when.
bool CheckRequest(const IntegrityVerdict& verdict, base::ByteView binding,
                  const PlayIntegrityPolicy& policy, base::UnixTime now, Checks& checks) {
  if (!checks.Holds("requested by", Contains(policy.packages, verdict.requested_by),
                    Reason::kAppMismatch, [&] {
                      return fmt::format("\"{}\", wanted is one of {}", verdict.requested_by,
                                         fmt::join(policy.packages, ", "));
                    })) {
    return false;
  }
  // With both, it would be open which of them the app meant.
  const bool is_one = IsThere(verdict.nonce) != IsThere(verdict.hash);
  const std::string carried = IsThere(verdict.nonce) ? *verdict.nonce : verdict.hash.value_or("");
  if (!checks.Holds("binding", is_one && IsBinding(carried, binding), Reason::kBindingMismatch,
                    [&] {
                      return fmt::format("{} is \"{}\", wanted is {}",
                                         IsThere(verdict.nonce) ? "nonce" : "requestHash", carried,
                                         base::ToBase64Url(binding));
                    })) {
    return false;
  }
  return CheckFreshness(verdict.made_at, now, policy.window, checks);
}

// Step 5. The recognition comes first: where there is none, Google names no app either.
bool CheckApp(const IntegrityVerdict& verdict, const PlayIntegrityPolicy& policy, Checks& checks) {
  if (!checks.Holds("app recognition", Contains(policy.recognition, verdict.recognition),
                    Reason::kVerdictInsufficient, [&] {
                      return fmt::format("\"{}\", wanted is one of {}", verdict.recognition,
                                         fmt::join(policy.recognition, ", "));
                    })) {
    return false;
  }
  if (!checks.Holds("package", Contains(policy.packages, verdict.package), Reason::kAppMismatch,
                    [&] {
                      return fmt::format("\"{}\", wanted is one of {}", verdict.package,
                                         fmt::join(policy.packages, ", "));
                    })) {
    return false;
  }
  return checks.Holds(
      "signing certificate", AreSigningDigests(verdict.digests, policy.certificate_digests),
      Reason::kAppMismatch, [&] {
        return fmt::format("the app is signed with [{}], the policy allows {} certificates",
                           fmt::join(verdict.digests, ", "), policy.certificate_digests.size());
      });
}

bool MeetsDevice(const std::vector<std::string>& labels, const PlayIntegrityPolicy& policy) {
  if (policy.allows_virtual && Contains(labels, kVirtualLabel)) return true;
  return std::ranges::any_of(kDeviceLabels, [&](const auto& label) {
    return label.second >= policy.device_min && Contains(labels, label.first);
  });
}

// Steps 6 to 8.
bool CheckIntegrity(const IntegrityVerdict& verdict, const PlayIntegrityPolicy& policy,
                    Checks& checks) {
  if (!checks.Holds("device integrity", MeetsDevice(verdict.device, policy),
                    Reason::kVerdictInsufficient, [&] {
                      const auto level = static_cast<std::size_t>(policy.device_min);
                      return fmt::format(
                          "[{}], wanted is {} or more{}", fmt::join(verdict.device, ", "),
                          kDeviceLabels[level].first, policy.allows_virtual ? ", or virtual" : "");
                    })) {
    return false;
  }
  const bool is_licensed = !policy.requires_licensed || verdict.licensing == kLicensed;
  if (!checks.Holds("licensing", is_licensed, Reason::kVerdictInsufficient, [&] {
        return policy.requires_licensed ? "\"" + verdict.licensing + "\", wanted is LICENSED"
                                        : std::string("not asked for");
      })) {
    return false;
  }
  return checks.Holds("testing response", policy.allows_testing || !verdict.is_test,
                      Reason::kVerdictInsufficient, [&] {
                        return fmt::format("is one: {}, allowed: {}", verdict.is_test,
                                           policy.allows_testing);
                      });
}

}  // namespace

Result<IntegrityVerdict> ReadIntegrityVerdict(std::string_view json, AccountDetails account) {
  const json::Document document(json);
  ENKS_TRY(CheckStrictObject(document));
  MemberReader root(document.Root());
  MemberReader request = root.Object("requestDetails");
  MemberReader app = root.Object("appIntegrity");
  MemberReader device = root.Object("deviceIntegrity");
  MemberReader testing = root.Object("testingDetails");
  IntegrityVerdict verdict;
  verdict.requested_by = request.Text("requestPackageName").value_or("");
  verdict.nonce = request.Text("nonce");
  verdict.hash = request.Text("requestHash");
  const auto made_at = request.IntegerOrDigits("timestampMillis");
  verdict.recognition = app.Text("appRecognitionVerdict").value_or("");
  verdict.package = app.Text("packageName").value_or("");
  verdict.digests = app.Texts("certificateSha256Digest").value_or(std::vector<std::string>());
  verdict.device = device.Texts("deviceRecognitionVerdict").value_or(std::vector<std::string>());
  verdict.is_test = testing.Bool("isTestingResponse").value_or(false);
  bool has_wrong_types = root.HasWrongTypes() || request.HasWrongTypes() || app.HasWrongTypes() ||
                         device.HasWrongTypes() || testing.HasWrongTypes();
  if (account == AccountDetails::kRead) {
    MemberReader details = root.Object("accountDetails");
    verdict.licensing = details.Text("appLicensingVerdict").value_or("");
    has_wrong_types = has_wrong_types || root.HasWrongTypes() || details.HasWrongTypes();
  }
  if (has_wrong_types) return absl::InvalidArgumentError("a member of a wrong type");
  if (!made_at) return absl::InvalidArgumentError("no requestDetails.timestampMillis");
  verdict.made_at = MadeAt(std::chrono::milliseconds(*made_at));
  return verdict;
}

void CheckIntegrityVerdict(std::string_view json, base::ByteView binding,
                           const PlayIntegrityPolicy& policy, base::UnixTime now, Checks& checks) {
  const auto verdict = ReadIntegrityVerdict(
      json, policy.requires_licensed ? AccountDetails::kRead : AccountDetails::kSkipped);
  if (!checks.Needs("verdict", verdict.ok(), Reason::kMalformed, [&] {
        return verdict.ok() ? "can be read" : std::string(MessageOf(verdict.status()));
      })) {
    return;
  }
  CheckRequest(*verdict, binding, policy, now, checks) && CheckApp(*verdict, policy, checks) &&
      CheckIntegrity(*verdict, policy, checks);
}

void VerifyPlayIntegrity(std::string_view token, base::ByteView binding,
                         const PlayIntegrityPolicy& policy, std::span<const IntegrityKeys> keys,
                         base::UnixTime now, Checks& checks) {
  const OpenedToken opened = OpenIntegrityToken(token, keys, checks);
  if (opened.opening == TokenOpening::kForGoogle) {
    checks.Holds("decryption", false, Reason::kMalformed,
                 [] { return "not encrypted as and for any of the app's keys"; });
  }
  if (opened.opening != TokenOpening::kOpened) return;
  CheckIntegrityVerdict(opened.verdict, binding, policy, now, checks);
}

}  // namespace enks::attestation
