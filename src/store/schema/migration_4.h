#pragma once

#include <span>

#include "store/sql/connection.h"

namespace enks::store::schema {

// The statements of migration 4, which adds what operators switch while servers run, for each
// engine.
std::span<const sql::Literal> Migration4Sqlite();
std::span<const sql::Literal> Migration4Postgres();

}  // namespace enks::store::schema
