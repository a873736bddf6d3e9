#include "server/jobs.h"

#include <cstdint>

namespace enks::server {
namespace {

Status Report(base::Log& log, std::string_view job, const Status& status) {
  if (!status.ok()) log.Error("job failed", {{"job", job}, {"reason", MessageOf(status)}});
  return status;
}

}  // namespace

Status Jobs::CreateBatches() {
  const auto run = exports_.CreateBatches();
  if (!run.ok()) return Report(log_, "create-batches", run.status());
  if (run->batches_created > 0) {
    log_.Info("created batches", {{"batches", std::int64_t{run->batches_created}},
                                  {"configurations", std::int64_t{run->configs}}});
  }
  return absl::OkStatus();
}

Status Jobs::DoWork() {
  const auto run = exports_.DoWork();
  if (!run.ok()) return Report(log_, "do-work", run.status());
  if (run->batches > 0) {
    log_.Info("exported", {{"batches", std::int64_t{run->batches}},
                           {"files", std::int64_t{run->files}},
                           {"keys", run->keys}});
  }
  return absl::OkStatus();
}

Status Jobs::CleanKeys() {
  const auto run = cleaner_.CleanKeys();
  if (!run.ok()) return Report(log_, "cleanup-exposure", run.status());
  if (run->keys_deleted > 0) log_.Info("deleted keys", {{"keys", run->keys_deleted}});
  return absl::OkStatus();
}

Status Jobs::CleanFiles() {
  const auto run = cleaner_.CleanFiles();
  if (!run.ok()) return Report(log_, "cleanup-export", run.status());
  if (run->files_deleted > 0) log_.Info("deleted files", {{"files", run->files_deleted}});
  return absl::OkStatus();
}

}  // namespace enks::server
