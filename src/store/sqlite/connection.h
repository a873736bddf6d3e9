#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>

#include "store/sql/connection.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/handle.h"
#include "store/sqlite/statement.h"

namespace enks::store::sqlite {

// sql::Connection over one SQLite handle. Not thread-safe. `checkpointer` must outlive it.
class Connection final : public sql::Connection {
 public:
  Connection(Handle handle, Checkpointer& checkpointer);
  ~Connection() override;

  Status Begin(sql::TransactionKind kind) override;
  Status Commit() override;
  void Rollback() override;
  Result<std::int64_t> Execute(sql::Literal text, std::initializer_list<sql::Value> values,
                               const sql::RowVisitor& visit) override;
  Status LockKeyWriters() override { return absl::OkStatus(); }
  Status Ping() override;
  bool IsSqlite() const override { return true; }

 private:
  Result<Statement*> Prepared(sql::Literal text);
  Status Run(sql::Literal text);
  // SQLite ends a transaction by itself when the disk fails or is full. Anything done after that
  // would be committed on its own, half of what was meant: so it is refused.
  bool TransactionWasLost() const;

  const Handle handle_;
  // By text; statements go before the handle.
  std::unordered_map<std::string_view, std::unique_ptr<Statement>> statements_;
  bool in_transaction_ = false;
  bool executing_ = false;
};

}  // namespace enks::store::sqlite
