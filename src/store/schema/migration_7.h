#pragma once

#include <span>

#include "store/sql/connection.h"

namespace enks::store::schema {

// The statements of migration 7, which adds what is remembered of attestations, for each engine.
std::span<const sql::Literal> Migration7Sqlite();
std::span<const sql::Literal> Migration7Postgres();

}  // namespace enks::store::schema
