#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "exports/export_job.h"
#include "exports/key_collector.h"
#include "exports/padding_survey.h"
#include "exports/signers.h"

namespace enks::exports {

// What one batch became.
struct ExportedBatch {
  int files = 0;
  std::int64_t keys = 0;  // primary and revised, padding included
};

// Turns one leased batch into signed files: spec/export-pipeline.md section 4. Everything it is
// handed outlives it. Not thread-safe.
class BatchExporter {
 public:
  BatchExporter(const ExportOptions& options, store::Store& store, secrets::KeyManager& keys,
                FileStore& files, const base::Clock& clock, base::Random& random, base::Log& log);

  // On success the batch is COMPLETE and its files are in place, but not yet in an index. On any
  // failure the batch is as it was, and may be tried again by anyone who leases it: padding that
  // this attempt stored stays and is not made twice (divergence E5).
  Result<ExportedBatch> Export(const store::ExportBatch& batch);

 private:
  void LogUnusable(const store::ExportBatch& batch, std::int64_t keys);
  Result<PaddingSurvey> Load(const store::ExportBatch& batch, KeyCollector& primary,
                             KeyCollector& revised);
  Status Pad(const store::ExportBatch& batch, const PaddingSurvey& survey, KeyCollector& primary);
  Result<std::vector<store::ExportFile>> Write(const store::ExportBatch& batch,
                                               const OpenedSigners& signers, KeyCollector& primary,
                                               KeyCollector& revised);

  const ExportOptions options_;
  store::Store& store_;
  secrets::KeyManager& keys_;
  FileStore& files_;
  const base::Clock& clock_;
  base::Random& random_;
  base::Log& log_;
};

}  // namespace enks::exports
