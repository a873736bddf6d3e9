#include "store/open_database.h"

#include "store/postgres/database.h"

namespace enks::store {

Result<std::unique_ptr<sql::Database>> OpenDatabase(const StoreLocation& location,
                                                    IfMissing if_missing) {
  if (location.engine == StoreLocation::Engine::kSqlite) {
    return sqlite::OpenDatabase(location.target, if_missing);
  }
  return postgres::OpenDatabase(location.target);
}

}  // namespace enks::store
