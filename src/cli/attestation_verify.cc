#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "attestation/app_attest_assertion.h"
#include "attestation/trust.h"
#include "attestation/verification.h"
#include "base/base64.h"
#include "cli/attestation_commands.h"
#include "cli/attestation_input.h"
#include "cli/attestation_report.h"
#include "publish/bound_upload.h"

namespace enks::cli {
namespace {

using attestation::AppAttestMode;
using attestation::Checks;
using attestation::Evidence;
using attestation::NextStep;
using attestation::Reason;
using attestation::Scheme;
using Weight = OpenQuestion::Weight;

struct Options {
  std::string policy;
  std::string app;
  RequestOptions request;
  std::string bound_to;
  std::string time = "now";
  bool json = false;
  // The attestation, member by member, over what the request holds.
  std::string scheme;
  std::string token_file;
  std::string token;
  std::vector<std::string> chain_files;
  std::string key_id;
  std::string assertion;
  std::string signature;
  std::string challenge;
  // What the server remembers of a phone that sends assertions.
  std::string attested_key;
  std::int64_t counter = 0;
};

// One attestation to look into, and what to hold it against.
struct Subject {
  attestation::LoadedPolicy policy;
  attestation::Trust trust;
  Evidence evidence;
  bool is_v1alpha1 = false;
  std::optional<attestation::BoundUpload> upload;
  attestation::ExpectedBinding expected;  // where there is no upload
  base::UnixTime now;

  bool IsAssertion() const {
    return evidence.scheme == Scheme::kAppAttest && evidence.token.empty() &&
           !evidence.assertion.empty() &&
           policy.policy.app_attest.mode == AppAttestMode::kAssertion;
  }
};

void TakeUnlessEmpty(const std::string& given, std::string& member) {
  if (!given.empty()) member = given;
}

Evidence ReadEvidence(const Context& context, const Options& options,
                      std::optional<Evidence> sent) {
  if (!sent && options.scheme.empty()) {
    FailUsage("--scheme: the request holds no attestation, so which is it?");
  }
  Evidence evidence = sent.value_or(Evidence());
  if (!options.scheme.empty()) evidence.scheme = ReadScheme(options.scheme);
  TakeUnlessEmpty(options.token, evidence.token);
  if (!options.token_file.empty()) evidence.token = ReadToken(context, options.token_file);
  if (!options.chain_files.empty()) evidence.chain = ReadChain(context, options.chain_files);
  TakeUnlessEmpty(options.key_id, evidence.key_id);
  TakeUnlessEmpty(options.assertion, evidence.assertion);
  TakeUnlessEmpty(options.signature, evidence.signature);
  TakeUnlessEmpty(options.challenge, evidence.challenge);
  return evidence;
}

const std::pair<const std::string, attestation::Policy>& ChoosePolicy(
    const attestation::PolicyBook& book, const std::string& app) {
  const auto found = book.policies.find(app);
  if (found != book.policies.end()) return *found;
  if (app.empty() && book.policies.size() == 1) return *book.policies.begin();
  std::vector<std::string> names;
  for (const auto& [name, policy] : book.policies) names.push_back(name);
  FailUsage(fmt::format("--app: there are policies of [{}]", fmt::join(names, ", ")));
}

// The upload, if one was given, and the attestation.
void ReadUpload(const Context& context, const Options& options, Subject& subject) {
  std::optional<publish::UploadRequest> request;
  if (!options.request.file.empty()) request = ReadRequest(context, options.request);
  subject.is_v1alpha1 = ReadApi(options.request) == publish::Api::kV1Alpha1;
  subject.evidence =
      ReadEvidence(context, options, request ? request->attestation : std::optional<Evidence>());
  if (!options.bound_to.empty()) {
    subject.expected.carried = ReadBytes(options.bound_to, "--bound-to");
  } else if (request) {
    subject.upload = publish::BoundUploadOf(*request);
    subject.upload->challenge = subject.evidence.challenge;
  } else if (subject.evidence.scheme != Scheme::kDeviceCheck) {
    FailUsage("--request or --bound-to: what was attested?");
  }
}

Subject ReadSubject(const Context& context, const Options& options) {
  const attestation::PolicyBook book = ReadPolicyFile(context, options.policy);
  const auto& [app, policy] = ChoosePolicy(book, options.app);
  Subject subject;
  subject.now = ReadMoment(context, options.time, "--time");
  subject.trust = Require(attestation::ReadTrust(book, subject.now, context.files));
  std::vector<std::string> warnings = subject.trust.warnings;
  subject.policy = Require(attestation::LoadPolicy(app, policy, context.files, warnings));
  for (const std::string& warning : warnings) fmt::print(context.err, "note: {}\n", warning);
  ReadUpload(context, options, subject);
  return subject;
}

// The key that was attested earlier, as the server remembers it. Which of the policy's apps it is
// of, the assertion tells by a digest.
attestation::AppAttestKey ReadAttestedKey(const Context& context, const Options& options,
                                          const Subject& subject) {
  auto key = Require(crypto::PublicKey::FromPem(ReadTextFile(context, options.attested_key)));
  const std::vector<std::string>& app_ids = subject.policy.policy.app_attest.app_ids;
  if (app_ids.size() != 1) {
    FailUsage("--attested-key: the policy names several App IDs; try each alone");
  }
  return {std::move(key), app_ids.front()};
}

void VerifyAssertion(const Context& context, const Options& options, const Subject& subject,
                     Checks& checks, Report& report) {
  if (options.attested_key.empty()) {
    report.questions.push_back(
        {"attested key", "the server's database holds it; --attested-key stands for that"});
    return;
  }
  base::Bytes carried = subject.expected.carried;
  if (subject.upload) {
    auto expected = attestation::ExpectedBindingOf(Scheme::kAppAttest, *subject.upload);
    if (!checks.Needs("binding of the upload", expected.has_value(), Reason::kBindingMismatch,
                      [] { return "nothing can be bound to this upload"; })) {
      return;
    }
    carried = std::move(expected->carried);
  }
  attestation::VerifyAppAttestAssertion(subject.evidence, carried, subject.policy.policy.app_attest,
                                        ReadAttestedKey(context, options, subject),
                                        static_cast<std::uint32_t>(options.counter), checks);
}

void VerifyAttestation(const Subject& subject, Checks& checks, Report& report) {
  const attestation::Verification verification =
      subject.upload
          ? attestation::VerifyOffline(subject.evidence, *subject.upload, subject.policy,
                                       subject.trust, subject.now, checks)
          : attestation::VerifyAgainst(subject.expected, subject.evidence, subject.policy,
                                       subject.trust, subject.now, checks);
  if (verification.next == NextStep::kAskApple) {
    report.questions.push_back(
        {"Apple", "only Apple can say whether the token is genuine; a server would ask now"});
  } else if (verification.next == NextStep::kAskGoogle) {
    report.questions.push_back(
        {"Google", "the token is for none of the policy's keys; a server would ask Google now"});
  }
}

// What the server looks up.
void AddMemories(const Subject& subject, Checks& checks, Report& report) {
  const attestation::Policy& policy = subject.policy.policy;
  if (policy.needs_challenge &&
      checks.Needs("server's challenge", !subject.evidence.challenge.empty(), Reason::kMalformed,
                   [] { return "the policy requires one"; })) {
    report.questions.push_back({"server's challenge",
                                "only the server can say whether it gave it out and when",
                                Weight::kNote});
  }
  if (policy.remembers_bound_tokens || subject.evidence.scheme == Scheme::kDeviceCheck) {
    report.questions.push_back(
        {"replay", "only the server can say whether the token was used before", Weight::kNote});
  }
}

Report MakeReport(const Context& context, const Options& options, const Subject& subject) {
  Report report;
  report.app = subject.policy.app;
  report.scheme = subject.evidence.scheme;
  report.now = subject.now;
  Checks checks(Checks::Detail::kEveryStep);
  if (subject.IsAssertion()) {
    VerifyAssertion(context, options, subject, checks, report);
  } else {
    VerifyAttestation(subject, checks, report);
  }
  AddMemories(subject, checks, report);
  report.steps = checks.steps();
  report.reason = checks.reason();
  if (subject.upload) report.binding = BindingInWords(report.scheme, *subject.upload);
  report.consequence = ConsequenceOf(subject.policy.policy, report, subject.is_v1alpha1);
  return report;
}

// Whatever keeps us from a verdict is no refusal.
Report ReadAndVerify(const Context& context, const Options& options) {
  try {
    return MakeReport(context, options, ReadSubject(context, options));
  } catch (const Failure& failure) {
    throw Failure(failure.status(), ExitStatus::kWrongUsage);
  }
}

void Verify(const Context& context, const Options& options) {
  const Report report = ReadAndVerify(context, options);
  fmt::print(context.out, "{}", options.json ? ReportJson(report) + "\n" : ReportText(report));
  switch (report.outcome()) {
    case Outcome::kAccepted:
      return;
    case Outcome::kRefused:
      throw Failure(absl::PermissionDeniedError(
          fmt::format("refused: {}", attestation::ReasonName(report.reason))));
    case Outcome::kUndecided:
      throw Failure(absl::UnavailableError("undecided"), ExitStatus::kUndecided);
  }
}

void AddEvidenceOptions(Command command, Options& options) {
  command.AddOption("--scheme", options.scheme,
                    "safetynet, play-integrity, devicecheck, app-attest or "
                    "android-key-attestation");
  const Option file = command
                          .AddOption("--token", options.token_file,
                                     "The token as the app sends it, white space aside")
                          .TypeName("FILE");
  command.AddOption("--token-text", options.token, "The token itself").Excludes(file);
  command
      .AddOption("--chain", options.chain_files,
                 "android-key-attestation: certificates, leaf first; PEM, repeatable")
      .TypeName("FILE.pem");
  command.AddOption("--key-id", options.key_id, "app-attest: the key's identifier, base64");
  command.AddOption("--assertion", options.assertion, "app-attest: an assertion, base64");
  command.AddOption("--signature", options.signature,
                    "android-key-attestation: over the message, base64");
  command.AddOption("--challenge", options.challenge, "The server's challenge, base64");
  const Option key = command
                         .AddOption("--attested-key", options.attested_key,
                                    "With --assertion: the key that was attested before")
                         .TypeName("FILE.pem");
  command.AddOption("--counter", options.counter, "With --assertion: the last counter seen")
      .Needs(key)
      .ShowDefault();
}

}  // namespace

void AddAttestationVerify(Command group, Context& context) {
  auto options = std::make_shared<Options>();
  Command command =
      group.AddCommand("verify", "Say step by step why a policy takes or refuses an attestation");
  command.Footer(
      "Asks nobody and remembers nothing. Status: 0 accepted, 1 refused, 2 no verdict (a file or "
      "an\n"
      "option is wrong), 3 undecided (only Apple, Google or the server's database can say).\n"
      "Examples:\n"
      "  enks attestation verify --policy attestation.toml --request upload.json\n"
      "  enks attestation verify --policy attestation.toml --request upload.json \\\n"
      "      --scheme safetynet --token token.jws --time 2020-05-16T00:20:08Z\n"
      "What it prints quotes the attestation and the upload: do not put it into tickets.");
  command.AddOption("--policy", options->policy, "The policy file").TypeName("FILE").Required();
  command.AddOption("--app", options->app,
                    "Whose policy; may be left out where there is one policy only");
  AddRequestOptions(command, options->request);
  command.AddOption("--bound-to", options->bound_to,
                    "What it must carry, instead of what the request makes: hex:..., base64:... or "
                    "text:...; for tokens made for something else");
  command.AddOption("--time", options->time, "The time to verify at: RFC 3339 or unix seconds")
      .ShowDefault();
  AddEvidenceOptions(command, *options);
  command.AddFlag("--json", options->json, "Print JSON for programs");
  command.Action([&context, options] { Verify(context, *options); });
}

}  // namespace enks::cli
