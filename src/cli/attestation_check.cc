#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "attestation/rule_set.h"
#include "attestation/trust.h"
#include "attestation/trust_anchors.h"
#include "base/log.h"
#include "base/time_text.h"
#include "cli/attestation_commands.h"
#include "cli/attestation_input.h"
#include "cli/attestation_words.h"

namespace enks::cli {
namespace {

using attestation::AnchorUse;
using attestation::Policy;
using attestation::Scheme;
using attestation::TrustAnchors;

std::string_view NameOf(AnchorUse use) {
  switch (use) {
    case AnchorUse::kSafetyNet:
      return "safetynet";
    case AnchorUse::kAppAttest:
      return "app-attest";
    case AnchorUse::kAppAttestReceipt:
      return "app-attest-receipt";
    case AnchorUse::kAndroidKeyAttestation:
      return "android-key-attestation";
  }
  return "";
}

void PrintBareKeys(const Context& context, const TrustAnchors& anchors) {
  for (const crypto::PublicKey& key : anchors.keys()) {
    const bool has_certificate = std::ranges::any_of(
        anchors.certificates(),
        [&](const crypto::Certificate& certificate) { return certificate.Spki() == key.Spki(); });
    if (has_certificate) continue;
    fmt::print(context.out, "  a public key without a certificate\n    SHA-256 {}\n",
               base::ToHex(crypto::Sha256(key.Spki())));
  }
}

// Returns what an operator should know of them.
std::vector<std::string> PrintAnchors(const Context& context, const attestation::PolicyBook& book) {
  std::vector<std::string> warnings;
  for (const auto& [use, paths] : book.anchors) {
    const TrustAnchors anchors =
        Require(TrustAnchors::Read(use, paths, context.clock.Now(), context.files));
    fmt::print(context.out, "Trusted for {}:\n", NameOf(use));
    for (const crypto::Certificate& anchor : anchors.certificates()) {
      fmt::print(context.out, "  {}\n    SHA-256 {}\n    until {}\n", anchor.Subject(),
                 base::ToHex(anchor.Fingerprint()), base::FormatTime(anchor.NotAfter()));
    }
    PrintBareKeys(context, anchors);
    warnings.insert(warnings.end(), anchors.warnings().begin(), anchors.warnings().end());
  }
  return warnings;
}

// What a check could store, which is nothing.
class NoRecords final : public store::AttestationRecords {
 public:
  Result<store::HeldMark> RememberAttestation(const store::AttestationMark&) override {
    return Nothing();
  }
  Status ForgetAttestation(base::ByteView) override { return Nothing(); }
  Result<base::Bytes> AttestationSecret(std::int64_t, const base::Bytes&) override {
    return Nothing();
  }
  Result<std::optional<store::AttestedKey>> FindAttestedKey(base::ByteView) override {
    return Nothing();
  }
  Status AddAttestedKey(const store::AttestedKey&) override { return Nothing(); }
  Status AdvanceAttestedKey(base::ByteView, std::uint32_t, std::int64_t) override {
    return Nothing();
  }
  Result<std::int64_t> DeleteOldAttestations(base::UnixTime, std::chrono::days) override {
    return Nothing();
  }

 private:
  static Status Nothing() { return absl::UnimplementedError("a check stores nothing"); }
};

// Makes of the policies what the server makes of them at its start: keys and credentials are
// opened, addresses checked, and nobody is asked.
Status Rehearse(const Context& context, const attestation::PolicyBook& book) {
  NoRecords records;
  base::StderrLog log(base::LogLevel::kWarning, base::LogFormat::kHuman, context.clock);
  metrics::Metrics metrics;
  attestation::SecretsOfDays secrets(records, context.random);
  attestation::TokenMemory memory(records, secrets);
  attestation::Challenges challenges(secrets, context.random);
  attestation::Alarms alarms(log, metrics, context.clock);
  attestation::RevocationLists revocations;
  const auto rules = attestation::RuleSet::Make(
      book, {memory, challenges, records, context.clock, context.random, context.files, metrics,
             alarms, revocations, [](const absl::AnyInvocable<void()>&) { return false; }});
  return rules.status();
}

void PrintRevocations(const Context& context, const attestation::LoadedPolicy& loaded,
                      std::vector<std::string>& warnings) {
  if (!loaded.revocations) return;
  const auto& list = *loaded.revocations;
  fmt::print(context.out, "  revocation list of {}, {} entries\n", base::FormatTime(list.as_of()),
             list.size());
  const auto age_max = loaded.policy.android_key_attestation.revocation_age_max;
  if (context.clock.Now() - list.as_of() > age_max) {
    warnings.push_back(fmt::format(
        "the revocation list for {} is too old: key attestations are unavailable", loaded.app));
  }
}

void PrintPolicy(const Context& context, const std::string& app, const Policy& policy,
                 std::vector<std::string>& warnings) {
  fmt::print(context.out, "Policy of {}:\n", app);
  for (const std::string& line : PolicyInWords(policy)) fmt::print(context.out, "  {}\n", line);
  if (policy.mode != attestation::Mode::kOff) {
    PrintRevocations(
        context, Require(attestation::LoadPolicy(app, policy, context.files, warnings)), warnings);
  }
  for (const std::string& doubt : Doubts(policy)) {
    warnings.push_back(fmt::format("{}: {}", app, doubt));
  }
}

void Check(const Context& context, const std::string& file) {
  const attestation::PolicyBook book = ReadPolicyFile(context, file);
  std::vector<std::string> warnings = PrintAnchors(context, book);
  for (const auto& [app, policy] : book.policies) PrintPolicy(context, app, policy, warnings);
  Require(Rehearse(context, book));
  if (book.policies.empty()) warnings.emplace_back("there is no policy");
  for (const std::string& warning : warnings) fmt::print(context.out, "Warning: {}\n", warning);
  fmt::print(context.err, "{} is in order: {} policies, {} warnings.\n", file, book.policies.size(),
             warnings.size());
}

}  // namespace

void AddAttestationCheck(Command group, Context& context) {
  auto file = std::make_shared<std::string>();
  Command command = group.AddCommand(
      "check", "Read a policy file and all that it names, and say in words what it asks for");
  command.Footer(
      "Reads what the server reads at its start, and asks nobody. Status 1: the server would not\n"
      "start with it. Example: enks attestation check --policy attestation.toml");
  command.AddOption("--policy", *file, "The policy file").TypeName("FILE").Required();
  command.Action([&context, file] {
    try {
      Check(context, *file);
    } catch (const Failure& failure) {  // a file that is wrong is what was asked about
      throw Failure(failure.status());
    }
  });
}

}  // namespace enks::cli
