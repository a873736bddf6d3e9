#include "exports/export_job.h"

#include "exports/batch_exporter.h"
#include "exports/batcher.h"
#include "exports/index.h"
#include "exports/worker.h"

namespace enks::exports {

ExportJob::ExportJob(const ExportOptions& options, store::Store& store, secrets::KeyManager& keys,
                     FileStore& files, const base::Clock& clock, base::Random& random,
                     base::Log& log)
    : options_(options),
      store_(store),
      keys_(keys),
      files_(files),
      clock_(clock),
      random_(random),
      log_(log) {}

Result<BatchRun> ExportJob::CreateBatches() {
  return Batcher(options_, store_, clock_, log_).Run();
}

Result<WorkRun> ExportJob::DoWork() {
  BatchExporter exporter(options_, store_, keys_, files_, clock_, random_, log_);
  IndexWriter index(store_, files_, clock_, options_.file_ttl);
  return Worker(options_, store_, exporter, index, files_, clock_, log_, is_stopping_).Run();
}

}  // namespace enks::exports
