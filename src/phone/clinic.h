#pragma once

#include <set>
#include <string>

#include "base/random.h"
#include "phone/health_authority.h"
#include "phone/ledger.h"
#include "phone/plan.h"
#include "phone/report.h"
#include "phone/upload.h"

namespace enks::phone {

// Whether the server takes a revision without its token (the app's bypass_revision_token).
enum class RevisionRight { kNeedsToken, kFree };

// Which app the phones are, as the server knows it.
struct AppIdentity {
  std::string name;  // healthAuthorityID
  RevisionRight revision_right = RevisionRight::kNeedsToken;
};

// Carries out what a plan says about diagnoses: gets certificates, uploads, and enters what came of
// it into the ledger and the report. Not thread-safe; what it is handed outlives it.
class Clinic {
 public:
  Clinic(AppIdentity app, const HealthAuthority& authority, Uploader& uploader,
         Population& population, Ledger& ledger, Report& report, base::Random& random);

  // The user shares their keys at `now`, if the plan says they do.
  void Share(const Diagnosis& diagnosis, UnixTime now);

  // The result changed: the keys are sent again, with the token of the first upload if there is
  // one. Nothing happens if the first upload was not taken, or a token is needed and missing.
  void Revise(const Diagnosis& diagnosis, UnixTime now);

  // `count` other phones make it impossible to tell who shared.
  void SendCover(int count);

 private:
  struct Sent {
    std::vector<Tek> keys;
    Disclosure disclosure;
    UploadReceipt receipt;
  };
  Sent Send(const Diagnosis& diagnosis, exposure::ReportType report_type,
            const HealthAuthority& authority, UnixTime now);
  void Enter(const Diagnosis& diagnosis, const Sent& sent, int& counter, UnixTime now);
  void TryForgery(const Diagnosis& diagnosis, UnixTime now);

  const AppIdentity app_;
  const HealthAuthority& authority_;
  const HealthAuthority forger_;  // claims the same name with another key
  Uploader& uploader_;
  Population& population_;
  Ledger& ledger_;
  Report& report_;
  base::Random& random_;
  std::set<int> shared_;  // phones whose keys the server has taken
};

}  // namespace enks::phone
