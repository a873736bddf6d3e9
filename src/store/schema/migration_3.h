#pragma once

#include <span>

#include "store/sql/connection.h"

namespace enks::store::schema {

// The statements of migration 3, which adds the statistics of health authorities, for each engine.
std::span<const sql::Literal> Migration3Sqlite();
std::span<const sql::Literal> Migration3Postgres();

}  // namespace enks::store::schema
