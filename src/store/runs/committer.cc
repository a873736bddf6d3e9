#include "store/runs/committer.h"

#include <absl/strings/str_cat.h>

#include <string_view>
#include <utility>

#include "store/sql/transaction.h"

namespace enks::store::runs {
namespace {

// A conflict with another process is over once that one has committed; five in a row are none.
constexpr int kAttemptsMax = 5;
// How often the lock may be given back to read what others wrote. Each time less is missing, since
// reading a run is faster than writing it.
constexpr int kLockAttemptsMax = 10;

std::string_view Reason(const Status& status) {
  return {status.message().data(), status.message().size()};
}

// What the callers of the store are told (store.h): the reasons of a database are the operator's.
Status Unavailable(const Status& status) {
  if (absl::IsUnavailable(status)) return status;
  return absl::UnavailableError(absl::StrCat("the database failed: ", status.message()));
}

// The end of all attempts. Failures other than conflicts are in the log already (Abandon).
Status GiveUp(const Status& status, base::Log& log) {
  if (absl::IsAborted(status)) {
    log.Error("keys could not be stored: another program keeps the database locked",
              {{"reason", Reason(status)}});
  }
  return Unavailable(status);
}

}  // namespace

Status Committer::Load() {
  ENKS_ASSIGN(connection_, database_.Connect());
  Status status = sql::InTransaction(*connection_, sql::TransactionKind::kRead,
                                     [this] { return catalog_.Load(*connection_); });
  if (!status.ok()) connection_.reset();
  CountIndex();
  return status;
}

Status Committer::Begin() {
  Status status = TryBegin();
  for (int attempt = 1; attempt < kAttemptsMax && absl::IsAborted(status); ++attempt) {
    status = TryBegin();
  }
  return status.ok() ? status : GiveUp(status, log_);
}

Status Committer::TryBegin() {
  Status status = BeginLocked();
  if (!status.ok()) Abandon(status);
  return status;
}

// All writers of all processes wait for the lock, so what takes long is not done while it is held.
Status Committer::BeginLocked() {
  if (connection_ == nullptr) {
    ENKS_ASSIGN(connection_, database_.Connect());
  }
  for (int attempt = 0; attempt < kLockAttemptsMax; ++attempt) {
    ENKS_TRY(connection_->Begin(sql::TransactionKind::kWrite));
    ENKS_TRY(connection_->LockKeyWriters());
    ENKS_ASSIGN(const KeyCatalog::Progress progress, CatchUpStep());
    if (progress == KeyCatalog::Progress::kCurrent) return absl::OkStatus();
    connection_->Rollback();
    ENKS_TRY(CatchUpUnlocked());
  }
  return absl::UnavailableError("other processes write keys faster than this one reads them");
}

Status Committer::CatchUpUnlocked() {
  auto progress = KeyCatalog::Progress::kBehind;
  while (progress != KeyCatalog::Progress::kCurrent) {
    ENKS_TRY(sql::InTransaction(*connection_, sql::TransactionKind::kRead, [&]() -> Status {
      ENKS_ASSIGN(progress, CatchUpStep());
      if (progress == KeyCatalog::Progress::kNoStart) return catalog_.Load(*connection_);
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

Result<KeyCatalog::Progress> Committer::CatchUpStep() {
  ENKS_ASSIGN(state_, ReadKeyState(*connection_));
  return catalog_.CatchUp(*connection_, state_);
}

std::vector<Result<UploadOutcome>> Committer::Commit(const std::vector<const KeyUpload*>& uploads) {
  Status status;
  for (int attempt = 1; attempt <= kAttemptsMax; ++attempt) {
    std::vector<Result<UploadOutcome>> outcomes;
    if (attempt > 1) status = TryBegin();
    if (status.ok()) status = TryCommit(uploads, outcomes);
    if (status.ok()) return outcomes;
    if (!absl::IsAborted(status)) break;
  }
  return std::vector<Result<UploadOutcome>>(uploads.size(), GiveUp(status, log_));
}

Status Committer::TryCommit(const std::vector<const KeyUpload*>& uploads,
                            std::vector<Result<UploadOutcome>>& outcomes) {
  CommitPlan plan(*connection_, catalog_, origins_, state_);
  const auto commit = [&]() -> Status {
    for (const KeyUpload* upload : uploads) {
      outcomes.push_back(plan.Add(*upload));
      const Status& status = outcomes.back().status();
      if (!status.ok() && !absl::IsDataLoss(status)) return status;
      if (!status.ok()) log_.Error("a stored run is damaged", {{"reason", Reason(status)}});
    }
    ENKS_TRY(plan.Write(limits_.run_keys_max));
    return connection_->Commit();
  };
  if (Status status = commit(); !status.ok()) {
    Abandon(status);
    return status;
  }
  std::vector<SlotChange> changes = plan.TakeChanges();
  Count(uploads.size(), changes);
  catalog_.Apply(std::move(changes), plan.change());
  CountIndex();
  return absl::OkStatus();
}

// Leaves the transaction. Copies of runs are read again: UpdateRun may have found one out of date,
// which happens when rows are deleted by hand. After anything but a conflict the connection itself
// is in doubt: the next commit makes a new one.
void Committer::Abandon(const Status& status) {
  origins_.Clear();
  catalog_.DropCopies();
  if (connection_ != nullptr) connection_->Rollback();
  if (absl::IsAborted(status)) return;
  connection_.reset();
  log_.Error("keys could not be stored", {{"reason", Reason(status)}});
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
  stats_.keys_indexed = static_cast<std::int64_t>(catalog_.entries());
  stats_.index_bytes = static_cast<std::int64_t>(catalog_.memory());
}

}  // namespace enks::store::runs
