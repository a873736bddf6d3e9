#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "exports/file_store.h"
#include "secrets/signer.h"
#include "store/store.h"

namespace enks::exports {

struct ExportOptions {
  std::chrono::seconds truncate_window{3600};     // TRUNCATE_WINDOW, the same as for publishing
  std::chrono::seconds min_window_age{2 * 3600};  // MIN_WINDOW_AGE
  std::chrono::seconds lease{300};                // WORKER_TIMEOUT
  std::int64_t file_min_records = 1000;           // EXPORT_FILE_MIN_RECORDS
  std::int64_t file_padding_range = 100;          // EXPORT_FILE_PADDING_RANGE
  std::int64_t file_max_records = 500'000;        // EXPORT_FILE_MAX_RECORDS
  std::chrono::seconds file_ttl{14 * 86400};      // CLEANUP_TTL
  int reprocess_count = 0;                        // REPROCESS_COUNT
};

struct BatchRun {
  int configs = 0;
  int batches_created = 0;
};

struct WorkRun {
  int batches = 0;
  int files = 0;
  std::int64_t keys = 0;  // written, padding included
};

// Creates batches for windows that are over, and turns batches into signed files and an index:
// spec/export-pipeline.md sections 3 and 4. Several processes may run it at once. Everything it is
// handed outlives it. Thread-safe, but one call at a time is enough. What failed is in the log when
// a call returns.
class ExportJob {
 public:
  ExportJob(const ExportOptions& options, store::Store& store, secrets::KeyManager& keys,
            FileStore& files, const base::Clock& clock, base::Random& random, base::Log& log);

  // A failing configuration does not stop the others; the first failure is returned at the end.
  Result<BatchRun> CreateBatches();

  // Works until no batch is due, or until Stop().
  Result<WorkRun> DoWork();

  // Lets DoWork() finish the batch it is at and take no other, now and in calls to come. Returns at
  // once.
  void Stop() { is_stopping_ = true; }

 private:
  const ExportOptions options_;
  store::Store& store_;
  secrets::KeyManager& keys_;
  FileStore& files_;
  const base::Clock& clock_;
  base::Random& random_;
  base::Log& log_;
  std::atomic<bool> is_stopping_{false};
};

}  // namespace enks::exports
