#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

#include "base/result.h"
#include "store/sql/connection.h"

namespace enks::store::sqlite {

// One prepared statement of one connection; it must go before the connection does. Not
// thread-safe.
class Statement {
 public:
  static Result<std::unique_ptr<Statement>> Prepare(sqlite3* handle, sql::Literal text);

  // As sql::Connection::Execute. The statement is ready for another run afterwards, and holds no
  // value any more, whatever happened.
  Result<std::int64_t> Run(std::initializer_list<sql::Value> values, const sql::RowVisitor& visit);

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  Statement(sqlite3* handle, sqlite3_stmt* statement, sql::Literal text);
  Status Bind(std::initializer_list<sql::Value> values);
  Status VisitRows(const sql::RowVisitor& visit);

  sqlite3* const handle_;
  const std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  const sql::Literal text_;
  std::vector<int> indexes_;  // SQLite's index of $1, $2, …
};

}  // namespace enks::store::sqlite
