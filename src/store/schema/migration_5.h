#pragma once

#include <span>

#include "store/sql/connection.h"

namespace enks::store::schema {

// The statements of migration 5, which adds what is known of keys from JWKS documents, for each
// engine.
std::span<const sql::Literal> Migration5Sqlite();
std::span<const sql::Literal> Migration5Postgres();

}  // namespace enks::store::schema
