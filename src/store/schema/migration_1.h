#pragma once

#include <span>

#include "store/sql/connection.h"

namespace enks::store::schema {

// The statements of migration 1, which makes every table, for each engine.
std::span<const sql::Literal> Migration1Sqlite();
std::span<const sql::Literal> Migration1Postgres();

}  // namespace enks::store::schema
