#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"

// One conversation with a SQL database, the same for SQLite and PostgreSQL, so that every statement
// of the store is written once.
namespace enks::store::sql {

// SQL text fixed when the program was built: only a string literal converts to it, so no value can
// ever be pasted into a statement. Statements use $1, $2, … in order of first appearance, name
// every column, and keep to what SQLite 3.40 and PostgreSQL 15 both understand.
class Literal {
 public:
  template <std::size_t kSize>
  consteval Literal(const char (&text)[kSize]) : text_(text, kSize - 1) {}  // NOLINT: implicit
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

struct Null {};

// A bound value. Text and blobs are views that must live until Execute returns.
using Value = std::variant<Null, std::int64_t, std::string_view, base::ByteView>;

// One row of a result. Views into it end with the callback.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool IsNull(int column) const = 0;
  virtual std::int64_t Int(int column) const = 0;  // integers and booleans (0 or 1)
  virtual std::string_view Text(int column) const = 0;
  virtual base::ByteView Blob(int column) const = 0;
};

using RowVisitor = std::function<Status(const Row&)>;

enum class TransactionKind {
  kRead,   // one consistent snapshot
  kWrite,  // takes its place among the writers at once (SQLite: BEGIN IMMEDIATE)
};

// A conflict with another transaction, or a deadlock, that a retry may resolve: kAborted with a
// mark that tells it from the kAborted of the store's contract (a lease or a race was lost).
Status ConflictError(std::string_view text);
bool IsConflict(const Status& status);

// Not thread-safe: one thread at a time. Statements are prepared once a connection and kept.
// Errors: kAlreadyExists for a broken unique constraint, ConflictError, kUnavailable when the
// database is out of reach or the disk fails, kInternal otherwise. Their texts name the statement's
// table, never its values.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual Status Begin(TransactionKind kind) = 0;
  // On failure the transaction is rolled back: nothing of it is stored. The one exception: when the
  // connection to a server breaks during Commit itself (kUnavailable), it may have been stored.
  virtual Status Commit() = 0;
  virtual void Rollback() = 0;

  // Runs one statement; calls `visit` for each row, as the rows arrive (memory stays bounded).
  // `visit` must not use this connection.
  // Returns the number of rows changed by an INSERT, UPDATE or DELETE. Stops at the first status
  // of `visit` that is not OK and returns it.
  virtual Result<std::int64_t> Execute(Literal statement, std::initializer_list<Value> values,
                                       const RowVisitor& visit = nullptr) = 0;

  // Waits for, then holds until the end of the write transaction, the one lock of all key writers
  // of all processes. On SQLite a write transaction already is that lock: a no-op.
  virtual Status LockKeyWriters() = 0;

  virtual Status Ping() = 0;

  // Whether the engine is SQLite: for the very few places where one text cannot serve both.
  virtual bool IsSqlite() const = 0;
};

// Makes connections; thread-safe. Every connection must be gone before its Database is.
class Database {
 public:
  virtual ~Database() = default;
  virtual Result<std::unique_ptr<Connection>> Connect() = 0;
};

}  // namespace enks::store::sql
