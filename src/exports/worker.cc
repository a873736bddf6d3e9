#include "exports/worker.h"

#include <algorithm>

namespace enks::exports {
namespace {

// Leases in one call; what is left follows at the next one.
constexpr int kLeasesMax = 10'000;

}  // namespace

Result<WorkRun> Worker::Run() {
  WorkOffBatches();
  ReleaseFailed();
  RefreshIndexes();
  if (!first_failure_.ok()) return first_failure_;
  return run_;
}

void Worker::WorkOffBatches() {
  for (int lease = 0; lease < kLeasesMax; ++lease) {
    const auto batch = store_.LeaseBatch(clock_.Now(), options_.lease);
    if (!batch.ok()) return Fail("no batch could be leased", batch.status());
    if (!*batch) return;
    if (AlreadyFailed(**batch)) {
      // Its lease ran out while others were worked on. This lease keeps it out of the way again.
      failed_.push_back(**batch);
    } else {
      WorkOn(**batch);
    }
  }
}

void Worker::Fail(std::string_view what, const Status& failure) {
  log_.Error(what, {{"error", MessageOf(failure)}});
  Remember(failure);
}

void Worker::WorkOn(const store::ExportBatch& batch) {
  const auto exported = exporter_.Export(batch);
  if (!exported.ok()) {
    log_.Error("a batch could not be exported", {{"batch_id", batch.id},
                                                 {"config_id", batch.settings.id},
                                                 {"error", MessageOf(exported.status())}});
    Remember(exported.status());
    failed_.push_back(batch);
    return;
  }
  ++run_.batches;
  run_.files += exported->files;
  run_.keys += exported->keys;
  if (exported->files == 0) return;
  // Phones should not wait for the rest of the work. Should this fail, RefreshIndexes() repeats it.
  const Status indexed = index_.Refresh(batch.settings);
  if (indexed.ok()) return;
  log_.Warning("an index could not be written yet",
               {{"config_id", batch.settings.id}, {"error", MessageOf(indexed)}});
}

bool Worker::AlreadyFailed(const store::ExportBatch& batch) const {
  return std::any_of(failed_.begin(), failed_.end(),
                     [&batch](const store::ExportBatch& failed) { return failed.id == batch.id; });
}

void Worker::ReleaseFailed() {
  for (const store::ExportBatch& batch : failed_) {
    const Status released = store_.ReleaseBatch(batch);
    if (released.ok()) continue;
    log_.Warning("a batch stays leased until its lease runs out",
                 {{"batch_id", batch.id}, {"error", MessageOf(released)}});
  }
}

// The database commits a batch before the index lists it (divergence E28), so that a crash between
// leaves files that no index names. This mends it at the next call, whether or not a batch comes;
// and it takes expired files from the index of a configuration that has ended (defect E15).
void Worker::RefreshIndexes() {
  const auto configs = store_.ExportConfigs();
  if (!configs.ok()) return Fail("the indexes could not be checked", configs.status());
  for (const store::ExportConfig& config : *configs) {
    if (config.from > clock_.Now()) continue;
    const Status indexed = index_.Refresh(config);
    if (indexed.ok()) continue;
    log_.Error("an index could not be written",
               {{"config_id", config.id}, {"error", MessageOf(indexed)}});
    Remember(indexed);
  }
}

}  // namespace enks::exports
