#pragma once

#include <map>
#include <set>
#include <string>

#include "attestation/issuing/vendors.h"
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
  // Who attest the app's devices, which they do for every upload; null: nobody.
  attestation::issuing::Vendors* vendors = nullptr;
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

  // How somebody without a genuine app on a sound phone tries to have keys published.
  enum class Pretence {
    kBare,         // without an attestation
    kStolen,       // with that of another upload
    kCounterfeit,  // with one that vendors never made
  };
  void TryPretences(const Diagnosis& diagnosis, UnixTime now);
  void TryPretence(const Diagnosis& diagnosis, Pretence pretence, UnixTime now);

  const AppIdentity app_;
  const HealthAuthority& authority_;
  const HealthAuthority forger_;  // claims the same name with another key
  Uploader& uploader_;
  Population& population_;
  Ledger& ledger_;
  Report& report_;
  base::Random& random_;
  std::set<int> shared_;  // phones whose keys the server has taken
  std::map<attestation::Scheme, attestation::Evidence> used_;  // the last that was taken
};

}  // namespace enks::phone
