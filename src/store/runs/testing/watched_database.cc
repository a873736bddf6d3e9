#include "store/runs/testing/watched_database.h"

#include <algorithm>
#include <utility>

namespace enks::store::runs::testing {

class WatchedConnection final : public sql::Connection {
 public:
  WatchedConnection(WatchedDatabase& database, std::unique_ptr<sql::Connection> connection)
      : database_(database), connection_(std::move(connection)) {}

  Status Begin(sql::TransactionKind kind) override {
    if (kind == sql::TransactionKind::kWrite) database_.PassGate();
    const auto fate = database_.NextCall();
    ENKS_TRY(fate.before);
    ENKS_TRY(connection_->Begin(kind));
    return fate.after;
  }

  Status Commit() override {
    const auto fate = database_.NextCall();
    if (!fate.before.ok()) {
      connection_->Rollback();
      return fate.before;
    }
    EndLock();
    ENKS_TRY(connection_->Commit());
    return fate.after;
  }

  void Rollback() override {
    EndLock();
    connection_->Rollback();
  }

  Result<std::int64_t> Execute(sql::Literal statement, std::initializer_list<sql::Value> values,
                               const sql::RowVisitor& visit) override {
    const auto fate = database_.NextCall();
    ENKS_TRY(fate.before);
    const sql::RowVisitor count_and_visit = [&](const sql::Row& row) {
      if (locked_) ++locked_rows_;
      return visit(row);
    };
    auto rows = connection_->Execute(statement, values, visit ? count_and_visit : nullptr);
    if (rows.ok() && !fate.after.ok()) return fate.after;
    return rows;
  }

  Status LockKeyWriters() override {
    const auto fate = database_.NextCall();
    ENKS_TRY(fate.before);
    ENKS_TRY(connection_->LockKeyWriters());
    locked_ = true;
    return fate.after;
  }

  Status Ping() override { return connection_->Ping(); }
  bool IsSqlite() const override { return connection_->IsSqlite(); }

 private:
  void EndLock() {
    database_.CountLockedRows(std::exchange(locked_rows_, 0));
    locked_ = false;
  }

  WatchedDatabase& database_;
  const std::unique_ptr<sql::Connection> connection_;
  bool locked_ = false;
  std::int64_t locked_rows_ = 0;
};

Result<std::unique_ptr<sql::Connection>> WatchedDatabase::Connect() {
  const Fate fate = NextCall();
  ENKS_TRY(fate.before);
  ENKS_ASSIGN(auto connection, database_->Connect());
  ENKS_TRY(fate.after);
  return std::make_unique<WatchedConnection>(*this, std::move(connection));
}

std::int64_t WatchedDatabase::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::int64_t WatchedDatabase::locked_rows_max() const {
  const std::lock_guard lock(mutex_);
  return locked_rows_max_;
}

void WatchedDatabase::CountLockedRows(std::int64_t rows) {
  const std::lock_guard lock(mutex_);
  locked_rows_max_ = std::max(locked_rows_max_, rows);
}

void WatchedDatabase::FailAfter(std::int64_t skip, Moment moment, Status status, bool lasting) {
  const std::lock_guard lock(mutex_);
  fail_at_ = calls_ + skip;
  fail_moment_ = moment;
  fail_status_ = std::move(status);
  fail_lasting_ = lasting;
  failed_ = false;
}

void WatchedDatabase::StopFailing() {
  const std::lock_guard lock(mutex_);
  fail_at_.reset();
}

bool WatchedDatabase::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

WatchedDatabase::Fate WatchedDatabase::NextCall() {
  const std::lock_guard lock(mutex_);
  const std::int64_t call = calls_++;
  if (!fail_at_ || call < *fail_at_ || (call > *fail_at_ && !fail_lasting_)) return {};
  failed_ = true;
  if (fail_moment_ == Moment::kBefore) return {fail_status_, absl::OkStatus()};
  return {absl::OkStatus(), fail_status_};
}

void WatchedDatabase::Hold() {
  const std::lock_guard lock(mutex_);
  held_ = true;
}

void WatchedDatabase::Release() {
  {
    const std::lock_guard lock(mutex_);
    held_ = false;
  }
  changed_.notify_all();
}

void WatchedDatabase::AwaitHeld() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_; });
}

void WatchedDatabase::PassGate() {
  std::unique_lock lock(mutex_);
  waiting_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !held_; });
  waiting_ = false;
}

}  // namespace enks::store::runs::testing
