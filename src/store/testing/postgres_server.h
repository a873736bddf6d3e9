#pragma once

#include <sys/types.h>

#include <mutex>
#include <string>

#include "store/testing/temporary_folder.h"

namespace enks::store::testing {

enum class Schema {
  kMigrated,  // the tables of this program, empty
  kNone,      // no tables
};

// A private PostgreSQL 15 server for the tests of one program: the Debian package's, in a temporary
// folder, reached by a socket in it. Durable as in production (fsync on). It ends, and its folder
// goes, when this object does and also when the program dies: a keeper process waits for either.
// Thread-safe.
class PostgresServer {
 public:
  // The server of this program, started at the first call. Ends the program if it does not start.
  static PostgresServer& OfThisProgram();

  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  // Makes a new database and returns its name. A migrated one is a copy of a template: fast.
  std::string CreateDatabase(Schema schema);
  void DropDatabase(const std::string& name);
  // Ends every session of a database, as a restart or a failover of the server does.
  void EndSessions(const std::string& name);

  // The libpq connection string of a database.
  std::string Target(const std::string& name) const;

 private:
  PostgresServer();
  void StartKeeper();
  void AwaitReady();
  void Administrate(const std::string& statement);
  void MakeTemplate();

  TemporaryFolder folder_;
  pid_t keeper_ = -1;
  int to_keeper_ = -1;    // closed: the keeper ends the server
  int from_keeper_ = -1;  // closed by the keeper when it ends
  std::mutex mutex_;
  bool has_template_ = false;  // guarded by mutex_
  int databases_ = 0;          // guarded by mutex_
};

}  // namespace enks::store::testing
