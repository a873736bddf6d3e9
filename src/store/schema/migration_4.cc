#include "store/schema/migration_4.h"

namespace enks::store::schema {
namespace {

constexpr sql::Literal kSqlite[] = {
    "CREATE TABLE operator_switch (name TEXT NOT NULL PRIMARY KEY) STRICT",
};

constexpr sql::Literal kPostgres[] = {
    "CREATE TABLE operator_switch (name TEXT NOT NULL PRIMARY KEY)",
};

}  // namespace

std::span<const sql::Literal> Migration4Sqlite() {
  return kSqlite;
}

std::span<const sql::Literal> Migration4Postgres() {
  return kPostgres;
}

}  // namespace enks::store::schema
