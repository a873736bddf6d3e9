#pragma once

#include "base/log.h"
#include "base/result.h"
#include "exports/export_job.h"
#include "retention/cleaner.h"

namespace enks::server {

// The periodic jobs, each with its log line: what ran, how much it did, why it failed. Everything
// handed over outlives the object. Thread-safe as the jobs are.
class Jobs {
 public:
  Jobs(exports::ExportJob& exports, retention::Cleaner& cleaner, base::Log& log)
      : exports_(exports), cleaner_(cleaner), log_(log) {}

  Status CreateBatches();
  Status DoWork();
  Status CleanKeys();
  Status CleanFiles();

 private:
  exports::ExportJob& exports_;
  retention::Cleaner& cleaner_;
  base::Log& log_;
};

}  // namespace enks::server
