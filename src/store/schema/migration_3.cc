#include "store/schema/migration_3.h"

namespace enks::store::schema {
namespace {

// A row an hour and authority. The two distributions are JSON arrays of counts.
constexpr sql::Literal kSqlite[] = {
    R"(CREATE TABLE authority_hour (
  authority_id INTEGER NOT NULL REFERENCES health_authority (authority_id) ON DELETE CASCADE,
  hour INTEGER NOT NULL,
  uploads_unknown INTEGER NOT NULL,
  uploads_android INTEGER NOT NULL,
  uploads_ios INTEGER NOT NULL,
  keys INTEGER NOT NULL,
  uploads_with_revisions INTEGER NOT NULL,
  uploads_without_onset INTEGER NOT NULL,
  key_ages TEXT NOT NULL,
  onset_ages TEXT NOT NULL,
  PRIMARY KEY (authority_id, hour)
) STRICT)",
};

constexpr sql::Literal kPostgres[] = {
    R"(CREATE TABLE authority_hour (
  authority_id BIGINT NOT NULL REFERENCES health_authority (authority_id) ON DELETE CASCADE,
  hour BIGINT NOT NULL,
  uploads_unknown BIGINT NOT NULL,
  uploads_android BIGINT NOT NULL,
  uploads_ios BIGINT NOT NULL,
  keys BIGINT NOT NULL,
  uploads_with_revisions BIGINT NOT NULL,
  uploads_without_onset BIGINT NOT NULL,
  key_ages TEXT COLLATE "C" NOT NULL,
  onset_ages TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (authority_id, hour)
))",
};

}  // namespace

std::span<const sql::Literal> Migration3Sqlite() {
  return kSqlite;
}

std::span<const sql::Literal> Migration3Postgres() {
  return kPostgres;
}

}  // namespace enks::store::schema
