#pragma once

#include <span>

#include "store/sql/connection.h"

namespace enks::store::schema {

// The statements of migration 2, which adds the keys of revision tokens, for each engine.
std::span<const sql::Literal> Migration2Sqlite();
std::span<const sql::Literal> Migration2Postgres();

}  // namespace enks::store::schema
