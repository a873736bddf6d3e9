#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "store/keys.h"
#include "store/runs/commit_plan.h"
#include "store/runs/key_catalog.h"
#include "store/runs/origin_table.h"
#include "store/sql/connection.h"
#include "store/store.h"

namespace enks::store::runs {

// Stores uploads, many in one transaction: everything KeyWriter does but the queue and the thread.
// Not thread-safe.
//
// Nothing in memory changes before the transaction is committed, and whatever was committed is
// found by its `change` (KeyCatalog::CatchUp). So after a failure there is nothing to undo, not
// even when a commit succeeded although the answer was lost: the next one finds its runs.
class Committer {
 public:
  // What was done so far.
  struct Stats {
    std::int64_t commits = 0;
    std::int64_t uploads = 0;       // in those commits, refused ones included
    std::int64_t runs_written = 0;  // rows of key_run
    std::int64_t bytes_written = 0;
    std::int64_t keys_indexed = 0;  // entries of the index
    std::int64_t index_bytes = 0;   // memory of the index
  };

  Committer(sql::Database& database, const StoreLimits& limits, base::Random& random,
            base::Log& log)
      : database_(database), limits_(limits), catalog_(KeyHash(random)), log_(log) {}

  // Reads the database's keys into the index. If it was not called, the first Begin() does it.
  Status Load();

  // Begins a transaction and waits for the lock of the key writers. What comes in during the wait
  // can then share the commit. What other processes wrote meanwhile is read before the lock is
  // taken for good, however much it is. kUnavailable if the database is out of reach.
  Status Begin();

  // Decides and stores `uploads` in the transaction that Begin() began, in their order, and commits
  // it. One result an upload. kUnavailable: the database failed and nothing is stored. kDataLoss:
  // a stored key that the upload names cannot be read, and nothing of this upload is stored.
  std::vector<Result<UploadOutcome>> Commit(const std::vector<const KeyUpload*>& uploads);

  Stats stats() const { return stats_; }

 private:
  Status TryBegin();
  Status BeginLocked();
  Status CatchUpUnlocked();
  Result<KeyCatalog::Progress> CatchUpStep();
  Status TryCommit(const std::vector<const KeyUpload*>& uploads,
                   std::vector<Result<UploadOutcome>>& outcomes);
  void Abandon(const Status& status);
  void Count(std::size_t uploads, const std::vector<SlotChange>& changes);
  void CountIndex();

  sql::Database& database_;
  const StoreLimits limits_;
  KeyCatalog catalog_;
  OriginCache origins_;
  base::Log& log_;
  std::unique_ptr<sql::Connection> connection_;  // null until it is needed, and after a failure
  KeyState state_;                               // as of Begin()
  Stats stats_;
};

}  // namespace enks::store::runs
