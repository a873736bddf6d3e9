#include "store/schema/migration.h"

#include <fmt/core.h>

#include <array>

#include "store/schema/migration_1.h"
#include "store/schema/migration_2.h"
#include "store/schema/migration_3.h"
#include "store/schema/migration_4.h"
#include "store/schema/migration_5.h"
#include "store/schema/migration_6.h"
#include "store/schema/migration_7.h"
#include "store/sql/transaction.h"

namespace enks::store::schema {
namespace {

// Waits for other migrating processes. SQLite's write transaction already is that lock. The number
// is ours alone; the lock of key writers has another (postgres/connection.cc).
Status LockSchema(sql::Connection& connection) {
  if (connection.IsSqlite()) return absl::OkStatus();
  return connection.Execute("SELECT pg_advisory_xact_lock(7310868735955329)", {}).status();
}

// 0 for a database that has no tables yet.
Result<int> CurrentVersion(sql::Connection& connection) {
  bool has_table = false;
  const sql::RowVisitor found = [&](const sql::Row&) {
    has_table = true;
    return absl::OkStatus();
  };
  ENKS_TRY((connection.IsSqlite()
                ? connection.Execute("SELECT name FROM sqlite_schema WHERE name = 'schema_version'",
                                     {}, found)
                : connection.Execute("SELECT 1 WHERE to_regclass('schema_version') IS NOT NULL", {},
                                     found))
               .status());
  if (!has_table) return 0;
  std::int64_t version = 0;
  ENKS_TRY(connection
               .Execute("SELECT coalesce(max(version), 0) FROM schema_version", {},
                        [&](const sql::Row& row) {
                          version = row.Int(0);
                          return absl::OkStatus();
                        })
               .status());
  return static_cast<int>(version);
}

Status NewerThanProgram(int version) {
  return absl::FailedPreconditionError(
      fmt::format("the database has schema version {}, this program knows up to {}: it was made by "
                  "a newer enks",
                  version, NewestVersion()));
}

Status Apply(sql::Connection& connection, const Migration& migration) {
  ENKS_TRY(
      connection
          .Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)", {})
          .status());
  for (const sql::Literal statement :
       connection.IsSqlite() ? migration.sqlite : migration.postgres) {
    ENKS_TRY(connection.Execute(statement, {}).status());
  }
  return connection
      .Execute("INSERT INTO schema_version (version) VALUES ($1)",
               {std::int64_t{migration.version}})
      .status();
}

// Applies the oldest migration that is missing; 0 if none is.
Result<int> ApplyNext(sql::Connection& connection) {
  int applied = 0;
  const auto apply = [&]() -> Status {
    ENKS_TRY(LockSchema(connection));
    ENKS_ASSIGN(const int version, CurrentVersion(connection));
    if (version > NewestVersion()) return NewerThanProgram(version);
    if (version == NewestVersion()) return absl::OkStatus();
    const Migration& next = Migrations()[static_cast<std::size_t>(version)];
    applied = next.version;
    return Apply(connection, next);
  };
  ENKS_TRY(sql::InTransaction(connection, sql::TransactionKind::kWrite, apply));
  return applied;
}

}  // namespace

std::span<const Migration> Migrations() {
  static const std::array<Migration, 7> migrations = {
      Migration{1, Migration1Sqlite(), Migration1Postgres()},
      Migration{2, Migration2Sqlite(), Migration2Postgres()},
      Migration{3, Migration3Sqlite(), Migration3Postgres()},
      Migration{4, Migration4Sqlite(), Migration4Postgres()},
      Migration{5, Migration5Sqlite(), Migration5Postgres()},
      Migration{6, Migration6Sqlite(), Migration6Postgres()},
      Migration{7, Migration7Sqlite(), Migration7Postgres()}};
  return migrations;
}

int NewestVersion() {
  return Migrations().back().version;
}

Result<std::vector<int>> Migrate(sql::Connection& connection) {
  std::vector<int> applied;
  for (;;) {
    ENKS_ASSIGN(const int version, ApplyNext(connection));
    if (version == 0) return applied;
    applied.push_back(version);
  }
}

Status CheckVersion(sql::Connection& connection) {
  ENKS_ASSIGN(const int version, CurrentVersion(connection));
  if (version > NewestVersion()) return NewerThanProgram(version);
  if (version == NewestVersion()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("the database has schema version {}, this program needs {}: run `enks migrate`",
                  version, NewestVersion()));
}

}  // namespace enks::store::schema
