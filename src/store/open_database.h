#pragma once

#include <memory>

#include "base/result.h"
#include "store/sql/connection.h"
#include "store/sqlite/database.h"
#include "store/store.h"

namespace enks::store {

using sqlite::IfMissing;

// The database at `location`, whatever its engine and whatever tables it has. A missing SQLite file
// is made or refused; a PostgreSQL database is always made by the operator.
Result<std::unique_ptr<sql::Database>> OpenDatabase(const StoreLocation& location,
                                                    IfMissing if_missing);

}  // namespace enks::store
