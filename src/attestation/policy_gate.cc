#include "attestation/policy_gate.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "attestation/admission.h"
#include "attestation/policy.h"
#include "attestation/rule_set.h"
#include "base/secret.h"
#include "crypto/digest.h"

namespace enks::attestation {
namespace {

// What a fingerprint reads of any one file.
constexpr std::uint64_t kNamedFileBytesMax = kRevocationListBytesMax;

Status Named(const std::filesystem::path& file, const Status& status) {
  return {status.code(), fmt::format("{}: {}", file.string(), MessageOf(status))};
}

Result<PolicyBook> ReadBook(const std::filesystem::path& file, base::Files& files) {
  ENKS_ASSIGN(const base::Bytes bytes, files.Read(file, kPolicyFileBytesMax));
  auto book = ReadPolicyBook(base::AsText(bytes), file.parent_path());
  if (!book.ok()) return Named(file, book.status());
  return book;
}

// Every file that a book names; folders stand for what is in them.
std::set<std::filesystem::path> NamedFiles(const PolicyBook& book, base::Files& files) {
  std::set<std::filesystem::path> named;
  const auto add = [&](const std::filesystem::path& path) {
    if (path.empty()) return;
    named.insert(path);
    const auto names = files.List(path);
    if (!names.ok()) return;
    for (const std::string& name : *names) named.insert(path / name);
  };
  for (const auto& [use, paths] : book.anchors) {
    for (const std::filesystem::path& path : paths) add(path);
  }
  for (const auto& [app, policy] : book.policies) {
    for (const std::filesystem::path& path : policy.play_integrity.key_files) add(path);
    add(policy.play_integrity.service_account_file);
    add(policy.devicecheck.private_key_file);
    add(policy.android_key_attestation.revocation_file);
  }
  return named;
}

void AddToFingerprint(const std::filesystem::path& path, base::Files& files,
                      crypto::Sha256Stream& stream) {
  // A list of revocations that was fetched anew counts as new, also if nothing in it has changed.
  const auto modified = files.ModifiedAt(path);
  const std::string head = fmt::format("{}\n{}\n", path.string(),
                                       modified.ok() ? modified->time_since_epoch().count() : -1);
  stream.Update(base::AsBytes(head));
  auto bytes = files.Read(path, kNamedFileBytesMax);
  if (!bytes.ok()) return;
  stream.Update(*bytes);
  base::WipeMemory(bytes->data(), bytes->size());  // some hold keys
}

bool IsExempt(const Policy& policy, const Inquiry& inquiry) {
  return (policy.exempts_travelers && inquiry.is_traveler) ||
         (policy.exempts_self_reports && inquiry.is_self_report);
}

}  // namespace

PolicyGate::PolicyGate(OpenOnly, const GateOptions& options, const GateParts& parts)
    : options_(options),
      parts_(parts),
      secrets_(parts.records, parts.random),
      memory_(parts.records, secrets_),
      challenges_(secrets_, parts.random),
      alarms_(parts.log, parts.metrics, parts.clock),
      workers_(options.workers, options.waiting_max) {}

Result<std::unique_ptr<PolicyGate>> PolicyGate::Open(const GateOptions& options,
                                                     const GateParts& parts) {
  auto gate = std::make_unique<PolicyGate>(OpenOnly(), options, parts);
  ENKS_TRY(gate->secrets_.Refresh(parts.clock.Now()));
  ENKS_TRY(gate->Load());
  return gate;
}

PolicyGate::~PolicyGate() {
  Stop();
}

Status PolicyGate::Load() {
  // Taken before the files are read, so that what changes meanwhile is seen the next time.
  ENKS_ASSIGN(std::string fingerprint, ReadFingerprint());
  ENKS_ASSIGN(const PolicyBook book, ReadBook(options_.policy_file, parts_.files));
  const RuleSetParts rule_parts{memory_,
                                challenges_,
                                parts_.records,
                                parts_.clock,
                                parts_.random,
                                parts_.files,
                                parts_.metrics,
                                alarms_,
                                revocations_,
                                [this](absl::AnyInvocable<void()> task) {
                                  return !is_stopping_ && workers_.Submit(std::move(task));
                                }};
  auto rules = RuleSet::Make(book, rule_parts);
  if (!rules.ok()) return Named(options_.policy_file, rules.status());
  for (const std::string& line : (*rules)->descriptions()) {
    parts_.log.Info("trusted for device attestation", {{"anchor", line}});
  }
  for (const std::string& line : (*rules)->warnings()) {
    parts_.log.Warning("device attestation", {{"warning", line}});
  }
  const std::lock_guard lock(mutex_);
  if (current_ != nullptr) retired_.push_back(std::move(current_));
  current_ = *std::move(rules);
  fingerprint_ = std::move(fingerprint);
  return absl::OkStatus();
}

Result<std::string> PolicyGate::ReadFingerprint() const {
  crypto::Sha256Stream stream;
  AddToFingerprint(options_.policy_file, parts_.files, stream);
  const auto book = ReadBook(options_.policy_file, parts_.files);
  if (book.ok()) {
    for (const std::filesystem::path& path : NamedFiles(*book, parts_.files)) {
      AddToFingerprint(path, parts_.files, stream);
    }
  }
  return base::ToHex(stream.Finish());
}

Status PolicyGate::Refresh() {
  Status status = secrets_.Refresh(parts_.clock.Now());
  ENKS_ASSIGN(const std::string fingerprint, ReadFingerprint());
  if (fingerprint != fingerprint_) status.Update(Load());
  std::vector<std::shared_ptr<RuleSet>> done;
  const std::lock_guard lock(mutex_);
  // Only here does the last owner of a rule set go: on a thread of its upstreams it could not.
  std::erase_if(retired_, [&](std::shared_ptr<RuleSet>& rules) {
    if (rules.use_count() != 1) return false;
    done.push_back(std::move(rules));
    return true;
  });
  return status;
}

std::shared_ptr<const RuleSet> PolicyGate::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

bool PolicyGate::Concerns(std::string_view app) const {
  return Current()->Find(app) != nullptr;
}

void PolicyGate::Ask(Inquiry inquiry, Done done) {
  const std::shared_ptr<const RuleSet> rules = Current();
  const Examiner* examiner = rules->Find(inquiry.app);
  if (examiner == nullptr || IsExempt(examiner->policy(), inquiry)) {
    return done({.admitted = true});
  }
  const bool is_enforced = IsEnforced(examiner->policy(), inquiry.evidence);
  // Nobody waits for what decides nothing.
  if (!is_enforced) std::exchange(done, [](const Admission&) {})({.admitted = true});
  if (!inquiry.evidence) {
    Count("none", Reason::kMissing);
    return done(Judge(examiner->policy(), inquiry.is_v1alpha1, Reason::kMissing));
  }
  Examine(std::move(inquiry), rules, std::move(done));
}

void PolicyGate::Examine(Inquiry inquiry, std::shared_ptr<const RuleSet> rules, Done done) {
  const std::string_view scheme = SchemeId(inquiry.evidence->scheme);
  const Examiner* examiner = rules->Find(inquiry.app);
  const bool is_v1alpha1 = inquiry.is_v1alpha1;
  // Shared, because the task is gone when there was no room for it.
  const auto shared_done = std::make_shared<Done>(std::move(done));
  auto conclude = [this, scheme, examiner, is_v1alpha1, rules, shared_done](Reason reason) {
    Count(scheme, reason);
    (*shared_done)(Judge(examiner->policy(), is_v1alpha1, reason));
  };
  const bool is_queued =
      workers_.Submit([this, examiner, inquiry = std::move(inquiry), conclude]() mutable {
        if (is_stopping_) return conclude(Reason::kUnavailable);
        examiner->Examine(std::move(inquiry), std::move(conclude));
      });
  if (!is_queued) conclude(Reason::kUnavailable);
}

void PolicyGate::Count(std::string_view scheme, Reason reason) {
  parts_.metrics
      .MakeCounter("enks_attestations_total",
                   "Uploads of apps that attest, by scheme and what was found.",
                   {{"scheme", std::string(scheme)}, {"outcome", std::string(ReasonName(reason))}})
      .Add();
}

void PolicyGate::Stop() {
  is_stopping_ = true;
  std::vector<std::shared_ptr<RuleSet>> all;
  {
    const std::lock_guard lock(mutex_);
    all = retired_;
    if (current_ != nullptr) all.push_back(current_);
  }
  // What waits for Apple or Google is told at once, what waits for a worker when its turn comes.
  for (const std::shared_ptr<RuleSet>& rules : all) rules->Stop();
}

}  // namespace enks::attestation
