#pragma once

#include <functional>
#include <memory>

#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "store/runs/key_catalog.h"
#include "store/runs/origin_table.h"
#include "store/runs/run_tables.h"
#include "store/sql/connection.h"

namespace enks::store::runs {

// A writer of keys in conversation with the database: its connection, and a catalog that knows in
// every transaction what the database holds. Not thread-safe.
//
// Nothing in memory changes before the transaction is committed, and whatever was committed is
// found by its `change` (KeyCatalog::CatchUp). So after a failure there is nothing to undo, not
// even when a commit succeeded although the answer was lost: the next one finds its runs.
class WriterSession {
 public:
  // `random` seeds the index and is not used afterwards; it should be fit for secrets.
  WriterSession(sql::Database& database, base::Random& random, base::Log& log)
      : database_(database), catalog_(KeyHash(random)), log_(log) {}

  // Reads the database's keys into the index. If it was not called, whatever needs it first does.
  Status Load();

  // Begins a transaction and waits for the lock of the key writers. What other processes wrote
  // meanwhile is read before the lock is taken for good, however much it is. kAborted: a conflict
  // with another process, worth another attempt.
  Status TryBegin();
  // TryBegin(), as often as it is worth it. kUnavailable if the database is out of reach.
  Status Begin();

  // Leaves the transaction after a failure.
  void Abandon(const Status& status);
  // What a failure is to the callers of the store, once no attempt is left.
  Status GiveUp(const Status& status);

  // Runs `body` in a transaction as Begin() begins it and commits, anew after a conflict: `body`
  // starts from nothing each time. Otherwise returns its failure, and nothing is stored.
  Status Write(const std::function<Status()>& body);
  // Runs `body` on one snapshot, of which the catalog knows everything, without the lock.
  Status Read(const std::function<Status()>& body);

  // A conflict with another process is over once that one has committed; five in a row are none.
  static constexpr int kAttemptsMax = 5;

  // Within a transaction.
  sql::Connection& connection() { return *connection_; }
  KeyCatalog& catalog() { return catalog_; }
  OriginCache& origins() { return origins_; }
  const KeyState& state() const { return state_; }  // as of the transaction's begin
  base::Log& log() { return log_; }

 private:
  Status Connect();
  Status BeginLocked();
  Status CatchUp();
  Status CatchUpInTransaction();
  Result<KeyCatalog::Progress> CatchUpStep();

  sql::Database& database_;
  KeyCatalog catalog_;
  OriginCache origins_;
  base::Log& log_;
  std::unique_ptr<sql::Connection> connection_;  // null until it is needed, and after a failure
  KeyState state_;
};

}  // namespace enks::store::runs
