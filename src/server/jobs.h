#pragma once

#include "base/result.h"
#include "exports/export_job.h"
#include "jwks/sync_job.h"
#include "retention/cleaner.h"
#include "tokens/rotator.h"

namespace enks::server {

// The periodic jobs as the schedule and the triggers run them. What each has done and what failed
// it has logged itself when it returns, so that every failure is in the log once: callers answer
// with the status, or ignore it. Everything handed over outlives the object. Thread-safe as the
// jobs are.
class Jobs {
 public:
  Jobs(exports::ExportJob& exports, retention::Cleaner& cleaner, tokens::Rotator& rotator,
       jwks::SyncJob& key_sync)
      : exports_(exports), cleaner_(cleaner), rotator_(rotator), key_sync_(key_sync) {}

  Status CreateBatches() { return exports_.CreateBatches().status(); }
  Status DoWork() { return exports_.DoWork().status(); }
  Status CleanKeys() { return cleaner_.CleanKeys().status(); }
  Status CleanFiles() { return cleaner_.CleanFiles().status(); }
  Status RotateKeys() { return rotator_.Rotate().status(); }
  // Says so again and again while a document cannot be read, but in the log once an hour only.
  Status SyncKeys() { return key_sync_.Run(); }

 private:
  exports::ExportJob& exports_;
  retention::Cleaner& cleaner_;
  tokens::Rotator& rotator_;
  jwks::SyncJob& key_sync_;
};

}  // namespace enks::server
