#include "retention/cleaner.h"

#include <fmt/core.h>

#include <set>
#include <string>
#include <utility>

#include "base/duration.h"
#include "exposure/interval.h"

namespace enks::retention {
namespace {

constexpr std::size_t kFilesPerStep = 100;
// Files that cannot be removed stay first in line; beyond so many the storage itself is ill.
constexpr std::size_t kFailuresMax = 1000;

Status CheckTtl(const RetentionOptions& options) {
  if (options.ttl >= kTtlMin || options.allow_short_ttl) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format(
      "nothing was deleted: keys and files are kept for {} only, less than the {} that protect "
      "phones from a typing error; raise the time, or allow a short one on a test system",
      base::FormatDuration(options.ttl), base::FormatDuration(kTtlMin)));
}

// One run of CleanFiles().
class FileSweep {
 public:
  FileSweep(store::Store& store, ObjectRemover& objects, base::Log& log)
      : store_(store), objects_(objects), log_(log) {}

  // Removes until only files that failed in this run are left.
  Status Run() {
    bool progress = true;
    while (progress && failed_.size() <= kFailuresMax) {
      const auto files = store_.FilesToDelete(kFilesPerStep + failed_.size());
      if (!files.ok()) return StopAt(files.status());
      progress = false;
      for (const store::ExportFile& file : *files) {
        if (failed_.contains({file.bucket, file.name})) continue;
        progress = true;
        RemoveOrRemember(file);
      }
    }
    return first_failure_;
  }

  std::int64_t deleted() const { return deleted_; }

 private:
  void RemoveOrRemember(const store::ExportFile& file) {
    const Status removed = Remove(file);
    if (removed.ok()) {
      ++deleted_;
      return;
    }
    failed_.emplace(file.bucket, file.name);
    first_failure_.Update(removed);
    log_.Error("an export file could not be deleted",
               {{"file", file.name}, {"error", MessageOf(removed)}});
  }

  Status StopAt(const Status& failure) {
    log_.Error("export files to delete could not be listed", {{"error", MessageOf(failure)}});
    first_failure_.Update(failure);
    return first_failure_;
  }

  // The object first: should the second step fail, the next run finds nothing to remove, which is
  // success, and records it.
  Status Remove(const store::ExportFile& file) {
    ENKS_TRY(objects_.Remove(file.bucket, file.name));
    return store_.MarkFileDeleted(file);
  }

  store::Store& store_;
  ObjectRemover& objects_;
  base::Log& log_;
  std::set<std::pair<std::string, std::string>> failed_;  // bucket, name
  std::int64_t deleted_ = 0;
  Status first_failure_;
};

}  // namespace

Cleaner::Cleaner(const RetentionOptions& options, store::Store& store, ObjectRemover& objects,
                 const base::Clock& clock, base::Log& log)
    : options_(options), store_(store), objects_(objects), clock_(clock), log_(log) {}

Result<CleanRun> Cleaner::CleanKeys() {
  const auto run = DeleteKeys();
  if (!run.ok()) {
    log_.Error("old keys could not be deleted", {{"error", MessageOf(run.status())}});
    return run;
  }
  log_.Info("old keys deleted", {{"keys", run->keys_deleted}});
  return run;
}

Result<CleanRun> Cleaner::DeleteKeys() {
  ENKS_TRY(CheckTtl(options_));
  CleanRun run;
  const base::UnixTime cutoff = clock_.Now() - options_.ttl;
  ENKS_ASSIGN(run.keys_deleted, store_.DeleteKeysBefore(cutoff));
  // Whole days, so that no day that is still told loses a part.
  ENKS_TRY(store_.DeleteStatisticsBefore(exposure::UtcMidnight(cutoff)).status());
  ENKS_TRY(store_.DeleteOldAttestations(clock_.Now(), kAttestedKeyIdleMax).status());
  return run;
}

Result<CleanRun> Cleaner::CleanFiles() {
  const auto expired = ExpireFiles();
  if (!expired.ok()) {
    log_.Error("old export files could not be deleted", {{"error", MessageOf(expired.status())}});
    return expired.status();
  }
  CleanRun run;
  run.files_expired = *expired;
  FileSweep sweep(store_, objects_, log_);
  const Status swept = sweep.Run();
  run.files_deleted = sweep.deleted();
  log_.Info("old export files deleted",
            {{"expired", run.files_expired}, {"deleted", run.files_deleted}});
  ENKS_TRY(swept);
  return run;
}

Result<std::int64_t> Cleaner::ExpireFiles() {
  ENKS_TRY(CheckTtl(options_));
  return store_.ExpireFiles(clock_.Now() - options_.ttl);
}

}  // namespace enks::retention
