#include "store/postgres/connection.h"

#include <fmt/core.h>

#include <charconv>
#include <utility>

#include "base/check.h"
#include "store/postgres/answer_row.h"
#include "store/sql/statement_table.h"

namespace enks::store::postgres {
namespace {

constexpr int kBinaryFormat = 1;

// An export reads for as long as its disk takes the file, and the server counts that time, too.
constexpr sql::Literal kBeginRead =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '1h'";
constexpr sql::Literal kBeginWrite = "BEGIN ISOLATION LEVEL READ COMMITTED";

Status LostTransaction() {
  return absl::UnavailableError("postgres: the connection was lost during a transaction");
}

// How many rows an INSERT, UPDATE or DELETE changed. PQcmdTuples counts what a SELECT found, too.
std::int64_t RowsChanged(PGresult* answer) {
  const std::string_view command = PQcmdStatus(answer);
  if (command.starts_with("SELECT")) return 0;
  const std::string_view digits = PQcmdTuples(answer);
  std::int64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

}  // namespace

Status Connection::Begin(sql::TransactionKind kind) {
  ENKS_CHECK(!in_transaction_);
  ENKS_TRY(Say(kind == sql::TransactionKind::kRead ? kBeginRead : kBeginWrite));
  in_transaction_ = true;
  return absl::OkStatus();
}

Status Connection::Commit() {
  ENKS_CHECK(in_transaction_);
  if (IsLost()) {
    in_transaction_ = false;
    return LostTransaction();
  }
  const Answer answer(PQexec(session_.get(), "COMMIT"));
  in_transaction_ = false;
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) {
    return ErrorOf(session_.get(), answer.get(), "COMMIT");
  }
  // The trap: after a statement failed, the server answers COMMIT with success and rolls back.
  if (std::string_view(PQcmdStatus(answer.get())) == "COMMIT") return absl::OkStatus();
  return sql::ConflictError("postgres: the transaction had failed and was rolled back");
}

void Connection::Rollback() {
  if (!std::exchange(in_transaction_, false) || IsLost()) return;
  const Answer answer(PQexec(session_.get(), "ROLLBACK"));
}

Result<std::int64_t> Connection::Execute(sql::Literal text,
                                         std::initializer_list<sql::Value> values,
                                         const sql::RowVisitor& visit) {
  ENKS_CHECK(!executing_);
  if (IsLost()) {
    if (in_transaction_) return LostTransaction();
    ENKS_TRY(Reconnect());
  }
  const Parameters parameters(values);
  ENKS_ASSIGN(const std::string_view name, Prepared(text, parameters));
  if (PQsendQueryPrepared(session_.get(), name.data(), parameters.count(), parameters.values(),
                          parameters.lengths(), parameters.formats(), kBinaryFormat) != 1) {
    return ErrorOf(session_.get(), nullptr, sql::TableOf(text));
  }
  PQsetSingleRowMode(session_.get());
  executing_ = true;
  auto changed = TakeAnswers(text, visit);
  executing_ = false;
  return changed;
}

// After a failure the rest of the answers is read and thrown away, so that the session can be used
// on. That is also what happens to rows that `visit` did not want any more.
Result<std::int64_t> Connection::TakeAnswers(sql::Literal text, const sql::RowVisitor& visit) {
  Status status;
  std::int64_t changed = 0;
  for (Answer answer(PQgetResult(session_.get())); answer != nullptr;
       answer.reset(PQgetResult(session_.get()))) {
    switch (PQresultStatus(answer.get())) {
      case PGRES_SINGLE_TUPLE:
        if (visit && status.ok()) status = visit(AnswerRow(answer.get()));
        break;
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK:
        changed = RowsChanged(answer.get());
        break;
      default:
        status.Update(ErrorOf(session_.get(), answer.get(), sql::TableOf(text)));
    }
  }
  if (!status.ok()) return status;
  return changed;
}

// The number is ours alone; the lock of migrations has another (schema/migration.cc).
Status Connection::LockKeyWriters() {
  ENKS_CHECK(in_transaction_);
  return Execute("SELECT pg_advisory_xact_lock(7310868735955330)", {}, nullptr).status();
}

Status Connection::Ping() {
  if (in_transaction_) return Execute("SELECT 1", {}, nullptr).status();
  return Say("SELECT 1");
}

Status Connection::Reconnect() {
  prepared_.clear();
  ENKS_ASSIGN(session_, Connect(target_));
  return absl::OkStatus();
}

Status Connection::Say(sql::Literal text) {
  ENKS_CHECK(!executing_);
  Answer answer(PQexec(session_.get(), text.text().data()));
  if (IsLost()) {
    answer.reset();
    ENKS_TRY(Reconnect());
    answer.reset(PQexec(session_.get(), text.text().data()));
  }
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return absl::OkStatus();
  return ErrorOf(session_.get(), answer.get(), sql::TableOf(text));
}

Result<std::string_view> Connection::Prepared(sql::Literal text, const Parameters& parameters) {
  if (const auto found = prepared_.find(text.text()); found != prepared_.end()) {
    return found->second;
  }
  std::string name = fmt::format("enks_{}", prepared_.size());
  const Answer answer(PQprepare(session_.get(), name.c_str(), text.text().data(),
                                parameters.count(), parameters.types()));
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) {
    return ErrorOf(session_.get(), answer.get(), sql::TableOf(text));
  }
  return prepared_.emplace(text.text(), std::move(name)).first->second;
}

}  // namespace enks::store::postgres
