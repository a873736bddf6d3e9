#pragma once

#include <cstdint>

#include "base/result.h"
#include "exports/export_job.h"

namespace enks::exports {

// Creates the batches of windows that are over: spec/export-pipeline.md section 3. Everything it is
// handed outlives it. Not thread-safe.
class Batcher {
 public:
  Batcher(const ExportOptions& options, store::Store& store, const base::Clock& clock,
          base::Log& log)
      : options_(options), store_(store), clock_(clock), log_(log) {}

  // A failing configuration does not stop the others; the first failure is returned at the end.
  // Each is in the log by then.
  Result<BatchRun> Run();

 private:
  // Where the first window of a new configuration starts: in the window that holds its `from`, or
  // the oldest key that is still kept. The reference starts with the last window before its first
  // run, so that keys released between `from` and then are never exported (docs/divergences.md,
  // Export).
  base::UnixTime FirstStart(const store::ExportConfig& config) const;

  Result<int> CatchUp(const store::ExportConfig& config);

  const ExportOptions options_;
  store::Store& store_;
  const base::Clock& clock_;
  base::Log& log_;
};

}  // namespace enks::exports
