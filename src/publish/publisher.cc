#include "publish/publisher.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "exposure/interval.h"
#include "exposure/region.h"
#include "publish/admission_ending.h"
#include "publish/bound_upload.h"

namespace enks::publish {
namespace {

using exposure::Assessment;
using exposure::Refusal;

// A name that is no region was refused when the settings were checked. Were it taken for none here,
// every upload of an app without regions would fail, and phones would try again for ever.
std::vector<std::string> DefaultRegions(const std::string& region) {
  if (region.empty()) return {};
  const auto regions = exposure::NormalizeRegions({region});
  ENKS_CHECK(regions.ok());
  return *regions;
}

// Steps 7 and 10: what the rules alone say of an upload.
Receipt ReceiptOf(const Assessment& assessment) {
  Receipt receipt;
  receipt.warnings = assessment.warnings;
  if (!assessment.refusal.empty()) {
    receipt.detail = assessment.refusal;
  } else if (!assessment.errors.empty()) {
    receipt.detail = exposure::FormatErrorList(assessment.errors);
  }
  if (assessment.refused) {
    receipt.ending = Ending::kKeysInvalid;
  } else if (!assessment.errors.empty()) {
    receipt.ending = Ending::kPartlyAccepted;
  }
  return receipt;
}

Ending EndingOf(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNone:
      return Ending::kAccepted;
    case Refusal::kMissingRevisionToken:
      return Ending::kMissingRevisionToken;
    case Refusal::kInvalidRevisionToken:
      return Ending::kInvalidRevisionToken;
    case Refusal::kKeyAlreadyRevised:
      return Ending::kKeyAlreadyRevised;
    case Refusal::kInvalidReportTypeTransition:
      return Ending::kInvalidReportTypeTransition;
    case Refusal::kKeyChanged:
      return Ending::kKeyChanged;
    case Refusal::kNotLocal:
      return Ending::kKeyNotLocal;
  }
  return Ending::kStoreFailed;
}

// The store failed, not the client (divergence P4: the reference calls that a bad request, and
// phones then give the upload up).
Ending EndingOf(const Status& failure) {
  const bool passes = absl::IsUnavailable(failure) || absl::IsResourceExhausted(failure);
  return passes ? Ending::kStoreUnavailable : Ending::kStoreFailed;
}

attestation::Inquiry InquiryOf(const UploadRequest& upload, const store::AuthorizedApp& app,
                               const std::optional<exposure::Diagnosis>& diagnosis,
                               base::UnixTime now) {
  attestation::Inquiry inquiry;
  inquiry.app = app.name;
  inquiry.evidence = upload.attestation;
  inquiry.upload = BoundUploadOf(upload);
  inquiry.is_v1alpha1 = upload.api == Api::kV1Alpha1;
  inquiry.is_traveler = upload.traveler;
  inquiry.is_self_report = diagnosis && diagnosis->report_type == exposure::ReportType::kUserReport;
  inquiry.now = now;
  return inquiry;
}

// Replaces what the rules said by a failure of step 8; the warnings stay.
void SetFailure(Receipt& receipt, Ending ending, std::string detail) {
  receipt.ending = ending;
  receipt.detail = std::move(detail);
}

std::string TransitionDetail(const store::UploadOutcome& outcome) {
  if (outcome.refusal != Refusal::kInvalidReportTypeTransition) return {};
  return fmt::format("from \"{}\" to \"{}\"", exposure::ReportTypeName(outcome.from),
                     exposure::ReportTypeName(outcome.to));
}

// Adds to a receipt how the store ended. `app` is whose token it gets.
void Complete(Receipt& receipt, const Result<store::UploadOutcome>& outcome,
              const tokens::RevisionTokens& tokens, std::string_view app) {
  receipt.waited_for_store = true;
  if (!outcome.ok()) {
    SetFailure(receipt, EndingOf(outcome.status()), {});
  } else if (outcome->refusal != Refusal::kNone) {
    SetFailure(receipt, EndingOf(outcome->refusal), TransitionDetail(*outcome));
  } else {
    receipt.inserted = outcome->inserted;
    receipt.revision_token = tokens.Seal(outcome->token_entries, app);
  }
}

// An upload that the rules took, on its way into the store. The gate and the store may answer when
// the publisher is gone, so this owns all it needs. What went wrong in the store, the store itself
// has logged.
struct Submission {
  store::Store& store;
  store::KeyUpload upload;
  Receipt receipt;
  std::shared_ptr<const tokens::RevisionTokens> tokens;

  void Run(Publisher::Done done) && {
    std::string app = upload.origin.app;
    store.SubmitUpload(std::move(upload), [own = std::move(receipt), own_tokens = std::move(tokens),
                                           app = std::move(app), done = std::move(done)](
                                              const Result<store::UploadOutcome>& outcome) mutable {
      Complete(own, outcome, *own_tokens, app);
      done(std::move(own));
    });
  }
};

}  // namespace

Publisher::Publisher(const PublishOptions& options, authority::Directory& directory,
                     store::Store& store, std::shared_ptr<const tokens::RevisionTokens> tokens,
                     const base::Clock& clock, base::Log& log, metrics::Metrics& metrics,
                     attestation::Gate* gate)
    : options_(options),
      default_regions_(DefaultRegions(options.default_region)),
      verifier_(options.certificates),
      directory_(directory),
      store_(store),
      tokens_(std::move(tokens)),
      clock_(clock),
      gate_(gate),
      uncertified_(log, metrics),
      drifts_(log, metrics) {}

void Publisher::Publish(const UploadRequest& upload, Done done) {
  const std::shared_ptr<const authority::DirectorySnapshot> directory = directory_.Current();
  if (directory == nullptr) return done(Failure(Ending::kDirectoryUnavailable));
  const base::UnixTime now = clock_.Now();
  uncertified_.ReportWhatIsDue(now);
  Warrant warrant;
  Receipt receipt = Authorize(upload, *directory, now, warrant);
  if (receipt.ending != Ending::kAccepted) return done(std::move(receipt));
  Store(upload, warrant, now, std::move(done));
}

Receipt Publisher::Authorize(const UploadRequest& upload,
                             const authority::DirectorySnapshot& directory, base::UnixTime now,
                             Warrant& warrant) {
  warrant.app = directory.FindApp(upload.health_authority_id);
  if (warrant.app == nullptr) {
    return Failure(Ending::kUnknownHealthAuthorityId, upload.health_authority_id);
  }
  if (auto refused = ChooseRegions(upload, warrant)) return *std::move(refused);
  authority::CertificateVerdict verdict = verifier_.Verify(
      upload.verification_payload, upload.hmac_key, upload.keys, *warrant.app, directory, now);
  drifts_.Note(verdict.drift, now);
  warrant.certificate = std::move(verdict.certificate);
  if (warrant.certificate) return {};
  if (!warrant.app->bypass_certificate) {
    return Failure(Ending::kCertificateInvalid, std::move(verdict.reason));
  }
  uncertified_.Count(warrant.app->name, now);
  return {};
}

// Steps 3 and 4. Regions are compared as they are stored (divergence A4: the reference compares
// letter by letter, so that "us" is not "US").
std::optional<Receipt> Publisher::ChooseRegions(const UploadRequest& upload,
                                                Warrant& warrant) const {
  const std::vector<std::string>& of_app = warrant.app->regions;
  warrant.regions = of_app.empty() ? default_regions_ : of_app;
  if (!upload.regions.empty()) {
    auto asked = exposure::NormalizeRegions(upload.regions);
    const bool allowed = asked.ok() && (of_app.empty() || std::ranges::includes(of_app, *asked));
    if (!allowed) {
      return Failure(
          Ending::kRegionNotAllowed,
          fmt::format("app {} may not publish for all of the regions it names", warrant.app->name));
    }
    warrant.regions = *std::move(asked);
  }
  if (warrant.regions.empty()) return Failure(Ending::kNoRegions, upload.health_authority_id);
  return std::nullopt;
}

void Publisher::Store(const UploadRequest& upload, const Warrant& warrant, base::UnixTime now,
                      Done done) {
  std::optional<exposure::Diagnosis> diagnosis;
  if (warrant.certificate) diagnosis = warrant.certificate->diagnosis;
  // Keys stay in the order in which they were sent, so that the indices in errors mean something to
  // the client (divergence P21: the reference sorts them while it checks the certificate).
  Assessment assessment =
      exposure::Assess(upload.keys, upload.symptom_onset, diagnosis, now, options_.rules);
  Receipt receipt = ReceiptOf(assessment);
  if (assessment.accepted.empty()) return done(std::move(receipt));
  Submission submission{store_, MakeKeyUpload(upload, warrant, now, std::move(assessment)),
                        std::move(receipt), tokens_};
  if (!AsksGate(*warrant.app)) return std::move(submission).Run(std::move(done));
  gate_->Ask(InquiryOf(upload, *warrant.app, diagnosis, now),
             [submission = std::move(submission),
              done = std::move(done)](const attestation::Admission& admission) mutable {
               if (admission.admitted) return std::move(submission).Run(std::move(done));
               done(Failure(EndingOf(admission)));
             });
}

bool Publisher::AsksGate(const store::AuthorizedApp& app) const {
  return gate_ != nullptr && gate_->Concerns(app.name);
}

store::KeyUpload Publisher::MakeKeyUpload(const UploadRequest& upload, const Warrant& warrant,
                                          base::UnixTime now, Assessment assessment) const {
  store::KeyUpload stored;
  stored.keys = std::move(assessment.accepted);
  stored.origin.app = warrant.app->name;
  stored.origin.regions = warrant.regions;
  stored.origin.traveler = upload.traveler;
  if (warrant.certificate) {
    stored.origin.health_authority_id = warrant.certificate->health_authority_id;
    stored.origin.certificate_key_version = warrant.certificate->key_version;
  }
  stored.policy = MakePolicy(upload, *warrant.app, now);
  stored.facts = {
      .received_at = now, .platform = upload.platform, .onset_days_ago = assessment.onset_days_ago};
  return stored;
}

exposure::RevisionPolicy Publisher::MakePolicy(const UploadRequest& upload,
                                               const store::AuthorizedApp& app,
                                               base::UnixTime now) const {
  tokens::SentToken token = tokens_->Open(upload.revision_token, app.name);
  exposure::RevisionPolicy policy;
  policy.token_required = !app.bypass_revision_token;
  policy.allow_partial = options_.allow_partial_revisions;
  policy.token_unreadable = token.unreadable;
  policy.token = std::move(token.entries);
  policy.oldest_revisable = exposure::IntervalAt(now - options_.rules.key_age_max);
  return policy;
}

}  // namespace enks::publish
