#include "store/runs/committer.h"

#include <utility>

namespace enks::store::runs {

Status Committer::Load() {
  Status status = session_.Load();
  CountIndex();
  return status;
}

std::vector<Result<UploadOutcome>> Committer::Commit(const std::vector<const KeyUpload*>& uploads) {
  Status status;
  for (int attempt = 1; attempt <= WriterSession::kAttemptsMax; ++attempt) {
    std::vector<Result<UploadOutcome>> outcomes;
    if (attempt > 1) status = session_.TryBegin();
    if (status.ok()) status = TryCommit(uploads, outcomes);
    if (status.ok()) return outcomes;
    if (!absl::IsAborted(status)) break;
  }
  return std::vector<Result<UploadOutcome>>(uploads.size(), session_.GiveUp(status));
}

Status Committer::TryCommit(const std::vector<const KeyUpload*>& uploads,
                            std::vector<Result<UploadOutcome>>& outcomes) {
  CommitPlan plan(session_.connection(), session_.catalog(), session_.origins(), session_.state());
  const auto commit = [&]() -> Status {
    for (const KeyUpload* upload : uploads) {
      outcomes.push_back(plan.Add(*upload));
      const Status& status = outcomes.back().status();
      if (!status.ok() && !absl::IsDataLoss(status)) return status;
      if (!status.ok())
        session_.log().Error("a stored run is damaged", {{"reason", MessageOf(status)}});
    }
    ENKS_TRY(plan.Write(limits_.run_keys_max));
    return session_.connection().Commit();
  };
  if (Status status = commit(); !status.ok()) {
    session_.Abandon(status);
    return status;
  }
  std::vector<SlotChange> changes = plan.TakeChanges();
  Count(uploads.size(), changes);
  session_.catalog().Apply(std::move(changes), plan.change());
  CountIndex();
  return absl::OkStatus();
}

void Committer::Count(std::size_t uploads, const std::vector<SlotChange>& changes) {
  ++stats_.commits;
  stats_.uploads += static_cast<std::int64_t>(uploads);
  for (const SlotChange& change : changes) {
    for (const StoredRun& part : change.parts) {
      ++stats_.runs_written;
      stats_.bytes_written += static_cast<std::int64_t>(part.records.view().bytes().size());
    }
  }
}

void Committer::CountIndex() {
  stats_.keys_indexed = static_cast<std::int64_t>(session_.catalog().entries());
  stats_.index_bytes = static_cast<std::int64_t>(session_.catalog().memory());
}

}  // namespace enks::store::runs
