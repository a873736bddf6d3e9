#include "store/open.h"

#include <utility>

#include "store/open_database.h"
#include "store/schema/migration.h"
#include "store/sql/sql_store.h"

namespace enks::store {

Result<std::vector<int>> Migrate(const StoreLocation& location) {
  ENKS_ASSIGN(const auto database, OpenDatabase(location, IfMissing::kCreate));
  ENKS_ASSIGN(const auto connection, database->Connect());
  return schema::Migrate(*connection);
}

Result<std::unique_ptr<Store>> OpenStore(const StoreLocation& location, const StoreLimits& limits,
                                         const base::Clock& /*clock*/, base::Log& log,
                                         KeyLoading loading) {
  ENKS_ASSIGN(auto database, OpenDatabase(location, IfMissing::kRefuse));
  {
    ENKS_ASSIGN(const auto connection, database->Connect());
    ENKS_TRY(schema::CheckVersion(*connection));
  }
  return sql::SqlStore::Start(std::move(database), limits, log, loading);
}

}  // namespace enks::store
