#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "store/sql/connection.h"

// The tables, as steps from one version to the next. docs/formats/database.md explains them.
namespace enks::store::schema {

// One step, in the words of each engine. Steps are never changed once released, only added, and
// each must leave a database that the release before it can still work with.
struct Migration {
  int version;  // 1, 2, 3, …
  std::span<const sql::Literal> sqlite;
  std::span<const sql::Literal> postgres;
};

// All of them, in order.
std::span<const Migration> Migrations();

// The version this program needs: that of the last migration.
int NewestVersion();

// Brings the schema up to NewestVersion(), each step a transaction of its own under a lock, so
// that any number of processes may do it at once. Returns the versions applied.
// kFailedPrecondition if the schema is newer than this program.
Result<std::vector<int>> Migrate(sql::Connection& connection);

// OK if the schema has exactly NewestVersion(), kFailedPrecondition naming `enks migrate` if not.
Status CheckVersion(sql::Connection& connection);

}  // namespace enks::store::schema
