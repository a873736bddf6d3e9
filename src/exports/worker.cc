#include "exports/worker.h"

#include <algorithm>
#include <chrono>

namespace enks::exports {
namespace {

// Leases in one call; what is left follows at the next one.
constexpr int kLeasesMax = 10'000;
// No export takes so long.
constexpr std::chrono::hours kUnfinishedKept{24};
// The index of a place that no configuration names any more is looked after for so many times the
// life of a file: it is empty after one, and the rest is for servers that did not run for a while.
constexpr int kIndexMendedFor = 4;

}  // namespace

Result<WorkRun> Worker::Run() {
  WorkOffBatches();
  ReleaseFailed();
  RefreshIndexes();
  if (!first_failure_.ok()) return first_failure_;
  return run_;
}

void Worker::WorkOffBatches() {
  for (int lease = 0; lease < kLeasesMax && !is_stopping_; ++lease) {
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
  const store::ExportPlace place = batch.settings.Place();
  // Phones should not wait for the rest of the work. Should this fail, RefreshIndexes() repeats it.
  const Status indexed = index_.Refresh(place);
  if (!indexed.ok()) {
    log_.Warning("an index could not be written yet",
                 {{"config_id", batch.settings.id}, {"error", MessageOf(indexed)}});
  }
  RemoveUnfinished(place);
}

// Nobody sees such files and each is only disk space, so there is time until the next batch.
void Worker::RemoveUnfinished(const store::ExportPlace& place) {
  const Status removed =
      files_.RemoveUnfinished(place.bucket, place.filename_root, clock_.Now() - kUnfinishedKept);
  if (removed.ok()) return;
  log_.Warning("files of processes that were killed could not be removed",
               {{"bucket", place.bucket},
                {"filename_root", place.filename_root},
                {"error", MessageOf(removed)}});
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
// and it takes expired files from the index of a configuration that has ended (defect E15), or was
// moved and has its older files elsewhere.
void Worker::RefreshIndexes() {
  const auto places = PlacesWithIndex();
  if (!places.ok()) return Fail("the indexes could not be checked", places.status());
  for (const store::ExportPlace& place : *places) {
    const Status indexed = index_.Refresh(place);
    if (indexed.ok()) continue;
    log_.Error("an index could not be written", {{"bucket", place.bucket},
                                                 {"filename_root", place.filename_root},
                                                 {"error", MessageOf(indexed)}});
    Remember(indexed);
  }
}

Result<std::set<store::ExportPlace>> Worker::PlacesWithIndex() {
  const base::UnixTime now = clock_.Now();
  ENKS_ASSIGN(const auto of_batches,
              store_.PlacesOfBatches(now - kIndexMendedFor * options_.file_ttl));
  ENKS_ASSIGN(const auto configs, store_.ExportConfigs());
  std::set<store::ExportPlace> places(of_batches.begin(), of_batches.end());
  for (const store::ExportConfig& config : configs) {
    if (config.from <= now) places.insert(config.Place());
  }
  return places;
}

}  // namespace enks::exports
