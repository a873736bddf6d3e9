#include "store/sqlite/connection.h"

#include <utility>

#include "base/check.h"

namespace enks::store::sqlite {
namespace {

int NoteCommit(void* checkpointer, sqlite3*, const char*, int pages) {
  static_cast<Checkpointer*>(checkpointer)->NoteCommit(pages);
  return SQLITE_OK;
}

}  // namespace

Connection::Connection(Handle handle, Checkpointer& checkpointer) : handle_(std::move(handle)) {
  // The hook takes the place of SQLite's own checkpoint within COMMIT.
  sqlite3_wal_hook(handle_.get(), NoteCommit, &checkpointer);
}

Connection::~Connection() {
  Rollback();
}

Status Connection::Begin(sql::TransactionKind kind) {
  ENKS_CHECK(!in_transaction_);
  ENKS_TRY(kind == sql::TransactionKind::kWrite ? Run("BEGIN IMMEDIATE") : Run("BEGIN"));
  in_transaction_ = true;
  return absl::OkStatus();
}

Status Connection::Commit() {
  ENKS_CHECK(in_transaction_);
  if (TransactionWasLost()) {
    Rollback();
    return absl::UnavailableError("sqlite: the transaction was rolled back after a disk error");
  }
  if (Status status = Run("COMMIT"); !status.ok()) {
    Rollback();
    return status;
  }
  in_transaction_ = false;
  return absl::OkStatus();
}

void Connection::Rollback() {
  in_transaction_ = false;
  if (sqlite3_get_autocommit(handle_.get())) return;
  Run("ROLLBACK").IgnoreError();
}

Result<std::int64_t> Connection::Execute(sql::Literal text,
                                         std::initializer_list<sql::Value> values,
                                         const sql::RowVisitor& visit) {
  ENKS_CHECK(!executing_);
  if (TransactionWasLost()) {
    return absl::UnavailableError("sqlite: the transaction was rolled back after a disk error");
  }
  ENKS_ASSIGN(Statement* const statement, Prepared(text));
  executing_ = true;
  auto changed = statement->Run(values, visit);
  executing_ = false;
  return changed;
}

Status Connection::Ping() {
  return Run("SELECT 1");
}

Result<Statement*> Connection::Prepared(sql::Literal text) {
  auto found = statements_.find(text.text());
  if (found == statements_.end()) {
    ENKS_ASSIGN(auto statement, Statement::Prepare(handle_.get(), text));
    found = statements_.emplace(text.text(), std::move(statement)).first;
  }
  return found->second.get();
}

Status Connection::Run(sql::Literal text) {
  ENKS_ASSIGN(Statement* const statement, Prepared(text));
  return statement->Run({}, nullptr).status();
}

bool Connection::TransactionWasLost() const {
  return in_transaction_ && sqlite3_get_autocommit(handle_.get()) != 0;
}

}  // namespace enks::store::sqlite
