#include "phone/clinic.h"

namespace enks::phone {

Clinic::Clinic(AppIdentity app, const HealthAuthority& authority, Uploader& uploader,
               Population& population, Ledger& ledger, Report& report, base::Random& random)
    : app_(std::move(app)),
      authority_(authority),
      forger_(authority.identity(), crypto::EcdsaPrivateKey::Generate()),
      uploader_(uploader),
      population_(population),
      ledger_(ledger),
      report_(report),
      random_(random) {}

void Clinic::Share(const Diagnosis& diagnosis, UnixTime now) {
  ++report_.diagnoses;
  if (!diagnosis.shares) return TryPretences(diagnosis, now);
  if (diagnosis.forged) return TryForgery(diagnosis, now);
  Enter(diagnosis, Send(diagnosis, diagnosis.report_type, authority_, now), report_.uploads, now);
}

void Clinic::Revise(const Diagnosis& diagnosis, UnixTime now) {
  const bool has_token = !population_.phone(diagnosis.phone).revision_token().empty();
  const bool may_revise = has_token || app_.revision_right == RevisionRight::kFree;
  if (!may_revise || !shared_.contains(diagnosis.phone)) return;
  const exposure::ReportType report_type = diagnosis.revision->report_type;
  Enter(diagnosis, Send(diagnosis, report_type, authority_, now), report_.revisions, now);
}

void Clinic::TryForgery(const Diagnosis& diagnosis, UnixTime now) {
  const Sent sent = Send(diagnosis, diagnosis.report_type, forger_, now);
  const bool refused = sent.receipt.outcome == UploadOutcome::kRefused;
  ++(refused ? report_.forged_refused : report_.forged_accepted);
}

Clinic::Sent Clinic::Send(const Diagnosis& diagnosis, exposure::ReportType report_type,
                          const HealthAuthority& authority, UnixTime now) {
  Phone& phone = population_.phone(diagnosis.phone);
  Sent sent{.keys = phone.Share(now, diagnosis.todays_key),
            .disclosure = {.report_type = report_type,
                           .symptom_onset = diagnosis.symptom_onset,
                           .transmission_risk = diagnosis.transmission_risk},
            .receipt = {}};
  UploadContent content = PrepareUpload(app_.name, sent.keys, sent.disclosure,
                                        phone.revision_token(), authority, now, random_);
  content.platform = phone.platform();
  if (app_.vendors != nullptr) {
    content.attestation = app_.vendors->Attest(phone.scheme(), BoundUploadOf(content), now);
  }
  sent.receipt = uploader_.Upload(content);
  if (content.attestation && sent.receipt.outcome == UploadOutcome::kAccepted) {
    ++report_.attested;
    used_[phone.scheme()] = *std::move(content.attestation);
  }
  return sent;
}

void Clinic::TryPretences(const Diagnosis& diagnosis, UnixTime now) {
  if (app_.vendors == nullptr) return;
  for (const auto pretence : {Pretence::kBare, Pretence::kStolen, Pretence::kCounterfeit}) {
    TryPretence(diagnosis, pretence, now);
  }
}

// The certificate is in order and the keys are those of a phone that others met, so that nothing
// but the attestation keeps people from being warned.
void Clinic::TryPretence(const Diagnosis& diagnosis, Pretence pretence, UnixTime now) {
  Phone& phone = population_.phone(diagnosis.phone);
  const Disclosure disclosure{.report_type = diagnosis.report_type,
                              .symptom_onset = diagnosis.symptom_onset,
                              .transmission_risk = diagnosis.transmission_risk};
  UploadContent content = PrepareUpload(app_.name, phone.Share(now, TodaysKey::kExclude),
                                        disclosure, "", authority_, now, random_);
  content.platform = phone.platform();
  const auto used = used_.find(phone.scheme());
  if (pretence == Pretence::kStolen && used == used_.end()) return;
  if (pretence == Pretence::kStolen) content.attestation = used->second;
  if (pretence == Pretence::kCounterfeit) {
    content.attestation = app_.vendors->Counterfeit(phone.scheme(), BoundUploadOf(content), now);
  }
  const UploadReceipt receipt = uploader_.Upload(content);
  const bool refused =
      receipt.outcome == UploadOutcome::kRefused && receipt.code.starts_with("device_attestation_");
  ++(refused ? report_.pretences_refused : report_.pretences_not_refused);
}

void Clinic::Enter(const Diagnosis& diagnosis, const Sent& sent, int& counter, UnixTime now) {
  ledger_.NoteUpload(diagnosis.phone, TakenKeys(sent.keys, sent.receipt.warnings), sent.disclosure,
                     sent.receipt.outcome, now);
  if (!sent.receipt.revision_token.empty()) {
    population_.phone(diagnosis.phone).RememberToken(sent.receipt.revision_token);
  }
  switch (sent.receipt.outcome) {
    case UploadOutcome::kAccepted:
      ++counter;
      shared_.insert(diagnosis.phone);
      break;
    case UploadOutcome::kPartial:
      ++report_.partial;
      break;
    case UploadOutcome::kStoredEarlier:
      ++report_.stored_earlier;
      break;
    case UploadOutcome::kRefused:
      ++report_.refused[sent.receipt.code];
      break;
    case UploadOutcome::kUnavailable:
      ++report_.unavailable;
      break;
  }
}

void Clinic::SendCover(int count) {
  for (int i = 0; i < count; ++i) {
    ++report_.cover_sent;
    if (!uploader_.SendCover()) ++report_.cover_failed;
  }
}

}  // namespace enks::phone
