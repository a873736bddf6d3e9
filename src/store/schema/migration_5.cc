#include "store/schema/migration_5.h"

namespace enks::store::schema {
namespace {

// Keys that are there already were brought by an operator, and so are those that the release before
// this one adds.
constexpr sql::Literal kSqlite[] = {
    R"(ALTER TABLE health_authority_key ADD COLUMN from_jwks INTEGER NOT NULL DEFAULT 0)",
    R"(ALTER TABLE health_authority_key ADD COLUMN missing_since INTEGER)",
};

constexpr sql::Literal kPostgres[] = {
    R"(ALTER TABLE health_authority_key ADD COLUMN from_jwks SMALLINT NOT NULL DEFAULT 0)",
    R"(ALTER TABLE health_authority_key ADD COLUMN missing_since BIGINT)",
};

}  // namespace

std::span<const sql::Literal> Migration5Sqlite() {
  return kSqlite;
}

std::span<const sql::Literal> Migration5Postgres() {
  return kPostgres;
}

}  // namespace enks::store::schema
