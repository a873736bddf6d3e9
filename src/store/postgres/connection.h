#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "store/postgres/parameters.h"
#include "store/postgres/session.h"
#include "store/sql/connection.h"

namespace enks::store::postgres {

// sql::Connection over one session. Not thread-safe. A lost session is replaced at the next Begin,
// or at the next statement outside a transaction.
class Connection final : public sql::Connection {
 public:
  Connection(std::string target, Session session)
      : target_(std::move(target)), session_(std::move(session)) {}

  Status Begin(sql::TransactionKind kind) override;
  Status Commit() override;
  void Rollback() override;
  Result<std::int64_t> Execute(sql::Literal text, std::initializer_list<sql::Value> values,
                               const sql::RowVisitor& visit) override;
  Status LockKeyWriters() override;
  Status Ping() override;
  bool IsSqlite() const override { return false; }

 private:
  bool IsLost() const { return PQstatus(session_.get()) == CONNECTION_BAD; }
  Status Reconnect();
  // Runs one of our statements without parameters, connecting anew once if the session is lost:
  // only for what may be said twice.
  Status Say(sql::Literal text);
  Result<std::string_view> Prepared(sql::Literal text, const Parameters& parameters);
  // Takes every answer of the running statement.
  Result<std::int64_t> TakeAnswers(sql::Literal text, const sql::RowVisitor& visit);

  const std::string target_;
  Session session_;
  // Text to the name under which the session knows it.
  std::unordered_map<std::string_view, std::string> prepared_;
  bool in_transaction_ = false;
  bool executing_ = false;
};

}  // namespace enks::store::postgres
