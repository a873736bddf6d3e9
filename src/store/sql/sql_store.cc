#include "store/sql/sql_store.h"

#include <utility>

#include "base/random.h"
#include "store/sql/transaction.h"

namespace enks::store::sql {
namespace {

// Enough for the readers of a process (caches, an export, retention, health checks) at once; the
// key writer has a connection of its own.
constexpr std::size_t kConnectionsMax = 8;

// In the contract kAborted tells a caller that it lost a lease or a race. That the database was
// busy, at whichever statement, must not look like it.
Status BusyAsUnavailable(const Status& status) {
  return IsConflict(status) ? absl::UnavailableError(status.message()) : status;
}

}  // namespace

SqlStore::SqlStore(std::unique_ptr<Database> database, const StoreLimits& limits, base::Log& log)
    : database_(std::move(database)),
      limits_(limits),
      log_(log),
      pool_(*database_, kConnectionsMax) {}

Result<std::unique_ptr<Store>> SqlStore::Start(std::unique_ptr<Database> database,
                                               const StoreLimits& limits, base::Log& log,
                                               KeyLoading loading) {
  std::unique_ptr<SqlStore> store(  // NOLINT: the constructor is private
      new SqlStore(std::move(database), limits, log));
  base::SystemRandom random;
  ENKS_ASSIGN(store->key_writer_,
              runs::KeyWriter::Start(*store->database_, limits, random, log, loading));
  return store;
}

Status SqlStore::Ping() {
  ENKS_ASSIGN(const ConnectionPool::Lease connection, pool_.Take());
  return (*connection).Ping();
}

Status SqlStore::Read(const std::function<Status(Connection&)>& body) {
  ENKS_ASSIGN(const ConnectionPool::Lease connection, pool_.Take());
  return BusyAsUnavailable(
      InTransaction(*connection, TransactionKind::kRead, [&] { return body(*connection); }));
}

Status SqlStore::Write(const std::function<Status(Connection&)>& body) {
  ENKS_ASSIGN(const ConnectionPool::Lease connection, pool_.Take());
  return BusyAsUnavailable(
      InTransaction(*connection, TransactionKind::kWrite, [&] { return body(*connection); }));
}

}  // namespace enks::store::sql
