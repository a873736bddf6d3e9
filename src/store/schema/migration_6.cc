#include "store/schema/migration_6.h"

namespace enks::store::schema {
namespace {

// The authority is named by number and issuer and not referenced: the record outlives it.
constexpr sql::Literal kSqlite[] = {
    R"(CREATE TABLE recall (
  recall_id INTEGER PRIMARY KEY AUTOINCREMENT,
  operator_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  authority_id INTEGER,
  issuer TEXT NOT NULL,
  key_version TEXT NOT NULL,
  app TEXT NOT NULL,
  released_from INTEGER,
  released_thru INTEGER,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  revoked INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  padding INTEGER NOT NULL
) STRICT)",
};

constexpr sql::Literal kPostgres[] = {
    R"(CREATE TABLE recall (
  recall_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  operator_name TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  authority_id BIGINT,
  issuer TEXT COLLATE "C" NOT NULL,
  key_version TEXT COLLATE "C" NOT NULL,
  app TEXT COLLATE "C" NOT NULL,
  released_from BIGINT,
  released_thru BIGINT,
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  revoked BIGINT NOT NULL,
  withdrawn BIGINT NOT NULL,
  padding BIGINT NOT NULL
))",
};

}  // namespace

std::span<const sql::Literal> Migration6Sqlite() {
  return kSqlite;
}

std::span<const sql::Literal> Migration6Postgres() {
  return kPostgres;
}

}  // namespace enks::store::schema
