#include "store/schema/migration_7.h"

namespace enks::store::schema {
namespace {

constexpr sql::Literal kSqlite[] = {
    R"(CREATE TABLE attestation_mark (
  token BLOB PRIMARY KEY,
  upload BLOB NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID)",
    R"(CREATE INDEX attestation_mark_expires ON attestation_mark (expires))",
    R"(CREATE TABLE attestation_secret (
  day INTEGER PRIMARY KEY,
  secret BLOB NOT NULL
) STRICT)",
    R"(CREATE TABLE attested_key (
  key_digest BLOB PRIMARY KEY,
  public_key BLOB NOT NULL,
  app_id TEXT NOT NULL,
  counter INTEGER NOT NULL,
  last_used_day INTEGER NOT NULL
) STRICT, WITHOUT ROWID)",
};

constexpr sql::Literal kPostgres[] = {
    R"(CREATE TABLE attestation_mark (
  token BYTEA PRIMARY KEY,
  upload BYTEA NOT NULL,
  expires BIGINT NOT NULL
))",
    R"(CREATE INDEX attestation_mark_expires ON attestation_mark (expires))",
    R"(CREATE TABLE attestation_secret (
  day BIGINT PRIMARY KEY,
  secret BYTEA NOT NULL
))",
    R"(CREATE TABLE attested_key (
  key_digest BYTEA PRIMARY KEY,
  public_key BYTEA NOT NULL,
  app_id TEXT COLLATE "C" NOT NULL,
  counter BIGINT NOT NULL,
  last_used_day BIGINT NOT NULL
))",
};

}  // namespace

std::span<const sql::Literal> Migration7Sqlite() {
  return kSqlite;
}

std::span<const sql::Literal> Migration7Postgres() {
  return kPostgres;
}

}  // namespace enks::store::schema
