#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "store/runs/committer.h"
#include "store/sql/connection.h"
#include "store/store.h"

namespace enks::store::runs {

// The write path of uploads: a bounded queue and the one thread that stores what is waiting in it,
// whatever is waiting, in one commit (Committer). Owned by the store. Thread-safe.
class KeyWriter {
 public:
  using Stats = Committer::Stats;

  // Starts the thread. The index of all keys is read into memory (some seconds and 200 MB for ten
  // million) at once or by the first upload, as `loading` says. `random` seeds the index and is not
  // used afterwards; it should be fit for secrets. `database` and `log` must outlive the writer.
  // kDataLoss names a damaged run: the database needs its backup, or has to do without that row.
  static Result<std::unique_ptr<KeyWriter>> Start(sql::Database& database,
                                                  const StoreLimits& limits, base::Random& random,
                                                  base::Log& log,
                                                  KeyLoading loading = KeyLoading::kNow);
  KeyWriter(const KeyWriter&) = delete;
  KeyWriter& operator=(const KeyWriter&) = delete;
  // Stores what is queued, answers it, and stops.
  ~KeyWriter();

  // Store::SubmitUpload. `done` runs on the writer's thread and outside any lock; at once, on the
  // caller's, with kResourceExhausted if the queue is full and kInvalidArgument if the upload
  // cannot be stored by anybody.
  void Submit(KeyUpload upload, Store::UploadDone done);

  Stats stats() const;

 private:
  struct Waiting {
    KeyUpload upload;
    Store::UploadDone done;
  };

  KeyWriter(std::unique_ptr<Committer> committer, const StoreLimits& limits);
  bool TryQueue(KeyUpload& upload, Store::UploadDone& done);
  void Run();
  bool AwaitWork();
  std::vector<Waiting> TakeWork();
  std::vector<Result<UploadOutcome>> StoreWork(const Status& begun,
                                               const std::vector<Waiting>& work);

  const StoreLimits limits_;
  const std::unique_ptr<Committer> committer_;  // used by thread_ only
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> queue_;  // guarded by mutex_; at most limits_.queue_uploads_max
  bool stopping_ = false;      // guarded by mutex_
  Stats stats_;                // guarded by mutex_; as of the last commit
  std::thread thread_;         // last: it uses all of the above
};

}  // namespace enks::store::runs
