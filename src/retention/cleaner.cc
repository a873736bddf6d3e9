#include "retention/cleaner.h"

#include <fmt/core.h>

#include <set>
#include <string>
#include <utility>

#include "base/duration.h"

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
      ENKS_ASSIGN(const auto files, store_.FilesToDelete(kFilesPerStep + failed_.size()));
      progress = false;
      for (const store::ExportFile& file : files) {
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
  ENKS_TRY(CheckTtl(options_));
  CleanRun run;
  ENKS_ASSIGN(run.keys_deleted, store_.DeleteKeysBefore(clock_.Now() - options_.ttl));
  log_.Info("old keys deleted", {{"keys", run.keys_deleted}});
  return run;
}

Result<CleanRun> Cleaner::CleanFiles() {
  ENKS_TRY(CheckTtl(options_));
  CleanRun run;
  ENKS_ASSIGN(run.files_expired, store_.ExpireFiles(clock_.Now() - options_.ttl));
  FileSweep sweep(store_, objects_, log_);
  const Status swept = sweep.Run();
  run.files_deleted = sweep.deleted();
  log_.Info("old export files deleted",
            {{"expired", run.files_expired}, {"deleted", run.files_deleted}});
  ENKS_TRY(swept);
  return run;
}

}  // namespace enks::retention
