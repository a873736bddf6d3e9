#pragma once

#include <absl/functional/any_invocable.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attestation/gate.h"
#include "authority/certificate.h"
#include "authority/directory.h"
#include "base/clock.h"
#include "base/log.h"
#include "metrics/metrics.h"
#include "publish/clock_drifts.h"
#include "publish/options.h"
#include "publish/receipt.h"
#include "publish/uncertified_uploads.h"
#include "publish/upload_request.h"
#include "store/store.h"
#include "tokens/revision_tokens.h"

namespace enks::publish {

// Takes the keys that a phone uploads after a verified diagnosis: checks who vouches for them and
// which of them are usable, and hands those to the store. One call is one upload. Knows no HTTP.
// Thread-safe; never blocks. Everything it is handed outlives it.
class Publisher {
 public:
  // Told exactly once how the upload ended: before Publish() returns, or on a thread of the store,
  // then perhaps after the publisher is gone.
  using Done = absl::AnyInvocable<void(Receipt)>;

  Publisher(const PublishOptions& options, authority::Directory& directory, store::Store& store,
            std::shared_ptr<const tokens::RevisionTokens> tokens, const base::Clock& clock,
            base::Log& log, metrics::Metrics& metrics, attestation::Gate* gate);

  // The steps of spec/publish.md section 5 from the second on. Unless the ending is kAccepted or
  // kPartlyAccepted nothing of the upload is stored.
  void Publish(const UploadRequest& upload, Done done);

 private:
  // Who vouches for an upload. Valid while the directory's snapshot is.
  struct Warrant {
    const store::AuthorizedApp* app = nullptr;
    std::vector<std::string> regions;
    // Nothing if the app may publish without one and sent none that is valid.
    std::optional<authority::VerifiedCertificate> certificate;
  };

  // Steps 2 to 5. The receipt's ending is kAccepted if they all succeed.
  Receipt Authorize(const UploadRequest& upload, const authority::DirectorySnapshot& directory,
                    base::UnixTime now, Warrant& warrant);
  std::optional<Receipt> ChooseRegions(const UploadRequest& upload, Warrant& warrant) const;
  // Steps 6 to 8, and before the last the gate, should the app's devices attest themselves.
  void Store(const UploadRequest& upload, const Warrant& warrant, base::UnixTime now, Done done);
  bool AsksGate(const store::AuthorizedApp& app) const;
  store::KeyUpload MakeKeyUpload(const UploadRequest& upload, const Warrant& warrant,
                                 base::UnixTime now, exposure::Assessment assessment) const;
  exposure::RevisionPolicy MakePolicy(const UploadRequest& upload, const store::AuthorizedApp& app,
                                      base::UnixTime now) const;

  const PublishOptions options_;
  std::vector<std::string> default_regions_;  // normalized; empty: none
  authority::CertificateVerifier verifier_;
  authority::Directory& directory_;
  store::Store& store_;
  const std::shared_ptr<const tokens::RevisionTokens> tokens_;
  const base::Clock& clock_;
  attestation::Gate* const gate_;  // null: none
  UncertifiedUploads uncertified_;
  ClockDrifts drifts_;
};

}  // namespace enks::publish
