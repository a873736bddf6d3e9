#pragma once

#include <atomic>
#include <set>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exports/batch_exporter.h"
#include "exports/export_job.h"
#include "exports/index.h"

namespace enks::exports {

// One call of DoWork: leases batches, oldest first, until none is due. Everything it is handed
// outlives it. Not thread-safe; used once.
class Worker {
 public:
  Worker(const ExportOptions& options, store::Store& store, BatchExporter& exporter,
         IndexWriter& index, FileStore& files, const base::Clock& clock, base::Log& log,
         const std::atomic<bool>& is_stopping)
      : options_(options),
        store_(store),
        files_(files),
        exporter_(exporter),
        index_(index),
        clock_(clock),
        log_(log),
        is_stopping_(is_stopping) {}

  // A failing batch does not stop the others; the first failure is returned at the end. Each is in
  // the log by then.
  Result<WorkRun> Run();

 private:
  void WorkOffBatches();
  void WorkOn(const store::ExportBatch& batch);
  bool AlreadyFailed(const store::ExportBatch& batch) const;
  void ReleaseFailed();
  void RemoveUnfinished(const store::ExportPlace& place);
  void RefreshIndexes();
  // Logs and remembers what stops more than one batch.
  void Fail(std::string_view what, const Status& failure);
  Result<std::set<store::ExportPlace>> PlacesWithIndex();
  void Remember(const Status& failure) { first_failure_.Update(failure); }

  const ExportOptions options_;
  store::Store& store_;
  FileStore& files_;
  BatchExporter& exporter_;
  IndexWriter& index_;
  const base::Clock& clock_;
  base::Log& log_;
  const std::atomic<bool>& is_stopping_;

  WorkRun run_;
  Status first_failure_;
  // Kept leased until the call ends: given back at once, the oldest would be leased again and again
  // and keep all others waiting.
  std::vector<store::ExportBatch> failed_;
};

}  // namespace enks::exports
