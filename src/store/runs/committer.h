#pragma once

#include <cstdint>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "store/keys.h"
#include "store/runs/commit_plan.h"
#include "store/runs/key_catalog.h"
#include "store/runs/writer_session.h"
#include "store/sql/connection.h"
#include "store/store.h"

namespace enks::store::runs {

// Stores uploads, many in one transaction: everything KeyWriter does but the queue and the thread.
// Not thread-safe.
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
      : limits_(limits), session_(database, random, log) {}

  // Reads the database's keys into the index. If it was not called, the first Begin() does it.
  Status Load();

  // Begins a transaction and waits for the lock of the key writers (WriterSession::Begin). What
  // comes in during the wait can then share the commit.
  Status Begin() { return session_.Begin(); }

  // Decides and stores `uploads` in the transaction that Begin() began, in their order, and commits
  // it. One result an upload. kUnavailable: the database failed and nothing is stored. kDataLoss:
  // a stored key that the upload names cannot be read, and nothing of this upload is stored.
  std::vector<Result<UploadOutcome>> Commit(const std::vector<const KeyUpload*>& uploads);

  Stats stats() const { return stats_; }

 private:
  Status TryCommit(const std::vector<const KeyUpload*>& uploads,
                   std::vector<Result<UploadOutcome>>& outcomes);
  void Count(std::size_t uploads, const std::vector<SlotChange>& changes);
  void CountIndex();

  const StoreLimits limits_;
  WriterSession session_;
  Stats stats_;
};

}  // namespace enks::store::runs
