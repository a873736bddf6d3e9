#include "store/sqlite/statement.h"

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <variant>

#include "base/check.h"
#include "store/sql/statement_table.h"
#include "store/sqlite/handle.h"

namespace enks::store::sqlite {
namespace {

using base::ByteView;
using sql::Null;

// Binds one value. SQLITE_STATIC: it copies nothing, since values outlive the run. The trap: a null
// pointer binds NULL, so an empty text or blob must come with an address.
struct Binder {
  sqlite3_stmt* statement;
  int index;

  int operator()(Null) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
  int operator()(std::string_view text) const {
    return sqlite3_bind_text64(statement, index, text.empty() ? "" : text.data(), text.size(),
                               SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(ByteView blob) const {
    if (blob.empty()) return sqlite3_bind_zeroblob(statement, index, 0);
    return sqlite3_bind_blob64(statement, index, blob.data(), blob.size(), SQLITE_STATIC);
  }
};

class StatementRow final : public sql::Row {
 public:
  explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool IsNull(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t Int(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string_view Text(int column) const override {
    const unsigned char* const text = sqlite3_column_text(statement_, column);
    return {reinterpret_cast<const char*>(text), Size(column)};
  }
  ByteView Blob(int column) const override {
    const void* const blob = sqlite3_column_blob(statement_, column);
    return {static_cast<const std::uint8_t*>(blob), Size(column)};
  }

 private:
  std::size_t Size(int column) const {
    return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  }

  sqlite3_stmt* const statement_;
};

// Makes the statement ready for its next run when it goes: releases its locks, forgets its values.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(sqlite3_stmt* statement) : statement_(statement) {}
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;
  ~ResetAtEnd() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* const statement_;
};

}  // namespace

Result<std::unique_ptr<Statement>> Statement::Prepare(sqlite3* handle, sql::Literal text) {
  sqlite3_stmt* raw = nullptr;
  const int code =
      sqlite3_prepare_v3(handle, text.text().data(), static_cast<int>(text.text().size()),
                         SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) {
    // The message may quote the statement, which is our own text without values.
    return ErrorOf(code, fmt::format("{}: {}", sql::TableOf(text), sqlite3_errmsg(handle)));
  }
  return std::unique_ptr<Statement>(new Statement(handle, raw, text));  // NOLINT: private
}

Statement::Statement(sqlite3* handle, sqlite3_stmt* statement, sql::Literal text)
    : handle_(handle), statement_(statement), text_(text) {
  const int count = sqlite3_bind_parameter_count(statement);
  for (int i = 1; i <= count; ++i) {
    indexes_.push_back(sqlite3_bind_parameter_index(statement, fmt::format("${}", i).c_str()));
    ENKS_CHECK(indexes_.back() > 0);  // parameters are $1 to $count
  }
}

Result<std::int64_t> Statement::Run(std::initializer_list<sql::Value> values,
                                    const sql::RowVisitor& visit) {
  {
    const ResetAtEnd reset(statement_.get());
    ENKS_TRY(Bind(values));
    ENKS_TRY(VisitRows(visit));
  }
  if (sqlite3_stmt_readonly(statement_.get())) return 0;
  return sqlite3_changes64(handle_);
}

Status Statement::Bind(std::initializer_list<sql::Value> values) {
  ENKS_CHECK(values.size() == indexes_.size());
  auto index = indexes_.begin();
  for (const sql::Value& value : values) {
    const int code = std::visit(Binder{statement_.get(), *index++}, value);
    if (code != SQLITE_OK) return ErrorOf(code, sql::TableOf(text_));
  }
  return absl::OkStatus();
}

Status Statement::VisitRows(const sql::RowVisitor& visit) {
  const StatementRow row(statement_.get());
  for (;;) {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_DONE) return absl::OkStatus();
    if (code != SQLITE_ROW) return ErrorOf(code, sql::TableOf(text_));
    if (visit) ENKS_TRY(visit(row));
  }
}

}  // namespace enks::store::sqlite
