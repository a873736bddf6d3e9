#include "store/sqlite/checkpointer.h"

#include <chrono>
#include <utility>

namespace enks::store::sqlite {
namespace {

using std::chrono::milliseconds;

// After a commit, let others gather before pages are moved: a page written by many commits is then
// moved once.
constexpr milliseconds kGather{200};
// No commit for this long: cut the log to nothing, old copies of deleted rows included.
constexpr milliseconds kIdle{5000};
// A log longer than this (256 MiB) is cut even while uploads come in.
constexpr int kLogPagesMax = 65536;
// A truncation holds the writers' lock while it waits for readers of the log, so it waits briefly:
// a long export must not stop uploads. It is tried again.
constexpr milliseconds kTruncateWaitMax{20};

int RunCheckpoint(sqlite3* handle, int mode) {
  return sqlite3_wal_checkpoint_v2(handle, nullptr, mode, nullptr, nullptr);
}

}  // namespace

Checkpointer::Checkpointer(Handle handle) : handle_(std::move(handle)) {
  sqlite3_wal_autocheckpoint(handle_.get(), 0);
  sqlite3_busy_timeout(handle_.get(), static_cast<int>(kTruncateWaitMax.count()));
  thread_ = std::thread([this] { Loop(); });
}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Checkpointer::NoteCommit(int pages) {
  {
    const std::lock_guard lock(mutex_);
    pages_ = pages;
    if (std::exchange(grew_, true)) return;
  }
  wake_.notify_one();
}

void Checkpointer::Loop() {
  std::unique_lock lock(mutex_);
  bool log_empty = true;
  while (!stopping_) {
    const auto woken = [this] { return stopping_ || grew_; };
    if (log_empty) {
      wake_.wait(lock, woken);
    } else if (!wake_.wait_for(lock, kIdle, woken)) {
      lock.unlock();
      log_empty = Truncate();
      lock.lock();
      continue;
    }
    if (wake_.wait_for(lock, kGather, [this] { return stopping_; })) return;
    grew_ = false;
    log_empty = false;
    const int pages = pages_;
    lock.unlock();
    Checkpoint(pages);
    lock.lock();
  }
}

// A failure is not reported here: nothing is lost by a checkpoint that did not happen, the next one
// does its work, and a disk that fails tells the writers.
void Checkpointer::Checkpoint(int pages) {
  RunCheckpoint(handle_.get(), SQLITE_CHECKPOINT_PASSIVE);
  if (pages > kLogPagesMax) Truncate();
}

bool Checkpointer::Truncate() {
  return RunCheckpoint(handle_.get(), SQLITE_CHECKPOINT_TRUNCATE) == SQLITE_OK;
}

}  // namespace enks::store::sqlite
