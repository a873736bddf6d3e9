#include "store/runs/writer_session.h"

#include <absl/strings/str_cat.h>

#include "store/sql/transaction.h"

namespace enks::store::runs {
namespace {

// How often the lock may be given back to read what others wrote. Each time less is missing, since
// reading a run is faster than writing it.
constexpr int kLockAttemptsMax = 10;

// What the callers of the store are told (store.h): the reasons of a database are the operator's.
Status Unavailable(const Status& status) {
  if (absl::IsUnavailable(status)) return status;
  return absl::UnavailableError(absl::StrCat("the database failed: ", status.message()));
}

}  // namespace

Status WriterSession::Connect() {
  if (connection_ == nullptr) {
    ENKS_ASSIGN(connection_, database_.Connect());
  }
  return absl::OkStatus();
}

Status WriterSession::Load() {
  ENKS_TRY(Connect());
  Status status = sql::InTransaction(*connection_, sql::TransactionKind::kRead,
                                     [this] { return catalog_.Load(*connection_); });
  if (!status.ok()) connection_.reset();
  return status;
}

Status WriterSession::Begin() {
  Status status = TryBegin();
  for (int attempt = 1; attempt < kAttemptsMax && absl::IsAborted(status); ++attempt) {
    status = TryBegin();
  }
  return status.ok() ? status : GiveUp(status);
}

Status WriterSession::TryBegin() {
  Status status = BeginLocked();
  if (!status.ok()) Abandon(status);
  return status;
}

// All writers of all processes wait for the lock, so what takes long is not done while it is held.
Status WriterSession::BeginLocked() {
  ENKS_TRY(Connect());
  for (int attempt = 0; attempt < kLockAttemptsMax; ++attempt) {
    ENKS_TRY(connection_->Begin(sql::TransactionKind::kWrite));
    ENKS_TRY(connection_->LockKeyWriters());
    ENKS_ASSIGN(const KeyCatalog::Progress progress, CatchUpStep());
    if (progress == KeyCatalog::Progress::kCurrent) return absl::OkStatus();
    connection_->Rollback();
    ENKS_TRY(CatchUp());
  }
  return absl::UnavailableError("other processes write keys faster than this one reads them");
}

// Each step in a transaction of its own: none holds back what the database could clean up.
Status WriterSession::CatchUp() {
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

// All that is missing on one snapshot: little, right after CatchUp().
Status WriterSession::CatchUpInTransaction() {
  auto progress = KeyCatalog::Progress::kBehind;
  while (progress == KeyCatalog::Progress::kBehind) {
    ENKS_ASSIGN(progress, CatchUpStep());
  }
  if (progress == KeyCatalog::Progress::kNoStart) return catalog_.Load(*connection_);
  return absl::OkStatus();
}

Result<KeyCatalog::Progress> WriterSession::CatchUpStep() {
  ENKS_ASSIGN(state_, ReadKeyState(*connection_));
  return catalog_.CatchUp(*connection_, state_);
}

Status WriterSession::Write(const std::function<Status()>& body) {
  Status status;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    status = TryBegin();
    if (!status.ok()) {
      if (absl::IsAborted(status)) continue;
      return status;
    }
    status = body();
    if (status.ok()) status = connection_->Commit();
    if (status.ok()) return status;
    Abandon(status);
    if (!absl::IsAborted(status)) return status;
  }
  return GiveUp(status);
}

Status WriterSession::Read(const std::function<Status()>& body) {
  ENKS_TRY(Connect());
  Status status = CatchUp();
  if (status.ok()) {
    status = sql::InTransaction(*connection_, sql::TransactionKind::kRead, [&]() -> Status {
      ENKS_TRY(CatchUpInTransaction());
      return body();
    });
  }
  if (!status.ok()) connection_.reset();
  return status;
}

// Copies of runs are read again: UpdateRun may have found one out of date, which happens when rows
// are deleted by hand. After anything but a conflict the connection itself is in doubt: the next
// transaction makes a new one.
void WriterSession::Abandon(const Status& status) {
  origins_.Clear();
  catalog_.DropCopies();
  if (connection_ != nullptr) connection_->Rollback();
  if (absl::IsAborted(status)) return;
  connection_.reset();
  log_.Error("keys could not be stored", {{"reason", MessageOf(status)}});
}

// Failures other than conflicts are in the log already (Abandon).
Status WriterSession::GiveUp(const Status& status) {
  if (absl::IsAborted(status)) {
    log_.Error("keys could not be stored: another program keeps the database locked",
               {{"reason", MessageOf(status)}});
  }
  return Unavailable(status);
}

}  // namespace enks::store::runs
