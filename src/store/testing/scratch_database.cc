#include "store/testing/scratch_database.h"

#include "base/check.h"
#include "store/open.h"
#include "store/open_database.h"

namespace enks::store::testing {

using Engine = StoreLocation::Engine;

ScratchDatabase::ScratchDatabase(Engine engine, Schema schema) {
  location_.engine = engine;
  if (engine == Engine::kSqlite) {
    location_.target = folder_.path() / "enks.db";
    if (schema == Schema::kMigrated) ENKS_CHECK(Migrate(location_).ok());
  } else {
    name_ = PostgresServer::OfThisProgram().CreateDatabase(schema);
    location_.target = PostgresServer::OfThisProgram().Target(name_);
  }
}

ScratchDatabase::~ScratchDatabase() {
  if (!name_.empty()) PostgresServer::OfThisProgram().DropDatabase(name_);
}

std::unique_ptr<sql::Database> ScratchDatabase::Open() const {
  return *OpenDatabase(location_, IfMissing::kCreate);
}

void ScratchDatabase::EndSessions() {
  ENKS_CHECK(!name_.empty());
  PostgresServer::OfThisProgram().EndSessions(name_);
}

std::string EngineName(Engine engine) {
  return engine == Engine::kSqlite ? "Sqlite" : "Postgres";
}

}  // namespace enks::store::testing
