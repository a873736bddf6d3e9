#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "store/sqlite/handle.h"

namespace enks::store::sqlite {

// Moves committed pages from the write-ahead log into the database file on a thread of its own, so
// that no commit pays for it: inside COMMIT, as SQLite does by default, it stalls uploads for tens
// of milliseconds. Owned by the Database, on a connection of its own. Thread-safe.
class Checkpointer {
 public:
  explicit Checkpointer(Handle handle);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  // A writer committed, and the log is now `pages` long.
  void NoteCommit(int pages);

 private:
  void Loop();
  void Checkpoint(int pages);
  bool Truncate();

  const Handle handle_;  // used by thread_ only
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  bool grew_ = false;      // guarded by mutex_: there were commits since the last checkpoint
  int pages_ = 0;          // guarded by mutex_
  std::thread thread_;     // last: it uses all of the above
};

}  // namespace enks::store::sqlite
