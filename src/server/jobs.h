#pragma once

#include "base/result.h"
#include "exports/export_job.h"
#include "jwks/sync_job.h"
#include "retention/cleaner.h"
#include "server/job_metrics.h"
#include "tokens/rotator.h"

namespace enks::server {

// The periodic jobs as the schedule and the triggers run them. What each has done and what failed
// it has logged itself when it returns, so that every failure is in the log once: callers answer
// with the status, or ignore it. Everything handed over outlives the object. Thread-safe as the
// jobs are.
class Jobs {
 public:
  Jobs(exports::ExportJob& exports, retention::Cleaner& cleaner, tokens::Rotator& rotator,
       jwks::SyncJob& key_sync, metrics::Metrics& metrics, const base::Clock& clock)
      : exports_(exports),
        cleaner_(cleaner),
        rotator_(rotator),
        key_sync_(key_sync),
        create_batches_("create-batches", metrics, clock),
        do_work_("do-work", metrics, clock),
        clean_keys_("cleanup-exposure", metrics, clock),
        clean_files_("cleanup-export", metrics, clock),
        rotate_keys_("rotate-keys", metrics, clock),
        sync_keys_("sync-keys", metrics, clock) {}

  Status CreateBatches() { return create_batches_.Note(exports_.CreateBatches().status()); }
  Status DoWork() { return do_work_.Note(exports_.DoWork().status()); }
  Status CleanKeys() { return clean_keys_.Note(cleaner_.CleanKeys().status()); }
  Status CleanFiles() { return clean_files_.Note(cleaner_.CleanFiles().status()); }
  Status RotateKeys() { return rotate_keys_.Note(rotator_.Rotate().status()); }
  // Says so again and again while a document cannot be read, but in the log once an hour only.
  Status SyncKeys() { return sync_keys_.Note(key_sync_.Run()); }

 private:
  exports::ExportJob& exports_;
  retention::Cleaner& cleaner_;
  tokens::Rotator& rotator_;
  jwks::SyncJob& key_sync_;
  JobMetrics create_batches_;
  JobMetrics do_work_;
  JobMetrics clean_keys_;
  JobMetrics clean_files_;
  JobMetrics rotate_keys_;
  JobMetrics sync_keys_;
};

}  // namespace enks::server
