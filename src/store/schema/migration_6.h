#pragma once

#include <span>

#include "store/sql/connection.h"

namespace enks::store::schema {

// The statements of migration 6, which adds the record of recalls, for each engine.
std::span<const sql::Literal> Migration6Sqlite();
std::span<const sql::Literal> Migration6Postgres();

}  // namespace enks::store::schema
