#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "jwks/fetcher.h"
#include "jwks/key_plan.h"
#include "store/store.h"

namespace enks::jwks {

// What came of the keys of one health authority.
struct AuthoritySync {
  std::int64_t authority_id = 0;
  std::string name;
  // kAborted: somebody else changed the keys meanwhile, and nothing was done, which does no harm.
  Status status;
  std::vector<Finding> findings;     // none unless the status is OK
  std::vector<std::string> skipped;  // keys of the document that are not used, a sentence each

  bool Failed() const { return !status.ok() && !absl::IsAborted(status); }
};

// Keeps the stored keys of health authorities in step with the JWKS documents they publish
// (spec/verification-certificate.md section 4). What it is handed outlives it. As thread-safe as
// the fetcher.
//
// Any number of processes may do this at once. Keys are read before the document is fetched and
// stored only if they are still as they were read (Store::ReplaceHealthAuthorityKeys); so of two
// processes that read the same, one is told kAborted, and no older document ever overwrites what a
// newer one has brought. An operator's change in between wins likewise.
class KeySync {
 public:
  KeySync(const SyncRules& rules, store::Store& store, DocumentFetcher& fetcher,
          const base::Clock& clock)
      : rules_(rules), store_(store), fetcher_(fetcher), clock_(clock) {}

  // The health authorities that publish a document, as they are stored now; by id.
  Result<std::vector<store::HealthAuthority>> Authorities();

  // Fetches the document of one of them and changes its keys accordingly: all of it or, on any
  // failure, nothing.
  AuthoritySync Sync(const store::HealthAuthority& as_read);

 private:
  Status Change(const store::HealthAuthority& as_read, AuthoritySync& outcome);

  const SyncRules rules_;
  store::Store& store_;
  DocumentFetcher& fetcher_;
  const base::Clock& clock_;
};

}  // namespace enks::jwks
