#pragma once

#include <memory>
#include <string>

#include "store/sql/connection.h"
#include "store/store.h"
#include "store/testing/postgres_server.h"
#include "store/testing/temporary_folder.h"

namespace enks::store::testing {

// A new database of either engine for one test; it goes when this does. Everything that is
// connected to it must be gone by then. PostgreSQL databases lie on
// PostgresServer::OfThisProgram().
class ScratchDatabase {
 public:
  explicit ScratchDatabase(StoreLocation::Engine engine, Schema schema = Schema::kMigrated);
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;
  ~ScratchDatabase();

  const StoreLocation& location() const { return location_; }

  // The conversation below the store, for tests of what lies beneath it.
  std::unique_ptr<sql::Database> Open() const;

  // PostgreSQL only: ends every session, as a restart of the server does.
  void EndSessions();

 private:
  TemporaryFolder folder_;  // SQLite only
  std::string name_;        // PostgreSQL only
  StoreLocation location_;
};

// "Sqlite" or "Postgres": the name of a parameterised test's instance.
std::string EngineName(StoreLocation::Engine engine);

}  // namespace enks::store::testing
