#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "store/sql/connection.h"

namespace enks::store::runs::testing {

// A real database whose conversations are counted, can be held up, and can be made to fail at any
// one point. A call is Begin, LockKeyWriters, Execute, Commit or Connect. Thread-safe; outlives its
// connections.
class WatchedDatabase final : public sql::Database {
 public:
  explicit WatchedDatabase(std::unique_ptr<sql::Database> database)
      : database_(std::move(database)) {}

  Result<std::unique_ptr<sql::Connection>> Connect() override;

  // Calls so far.
  std::int64_t calls() const;

  // The most rows that a transaction read while it held the lock of the key writers.
  std::int64_t locked_rows_max() const;

  enum class Moment {
    kBefore,  // the call does nothing
    kAfter,   // the call is done, and then its answer is lost
  };
  // The call after `skip` more fails with `status`, and with `lasting` all that follow it.
  void FailAfter(std::int64_t skip, Moment moment, Status status, bool lasting = false);
  void StopFailing();
  // Whether a failure that was asked for happened.
  bool failed() const;

  // Write transactions begin only after Release().
  void Hold();
  void Release();
  // Returns once a write transaction waits to begin.
  void AwaitHeld();

 private:
  friend class WatchedConnection;
  // What this call has to fail with before and after it is done.
  struct Fate {
    Status before;
    Status after;
  };
  Fate NextCall();
  void PassGate();
  void CountLockedRows(std::int64_t rows);

  const std::unique_ptr<sql::Database> database_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t calls_ = 0;  // guarded by mutex_, as is all that follows
  std::int64_t locked_rows_max_ = 0;
  std::optional<std::int64_t> fail_at_;  // the number of the call that fails
  Moment fail_moment_ = Moment::kBefore;
  Status fail_status_;
  bool fail_lasting_ = false;
  bool failed_ = false;
  bool held_ = false;
  bool waiting_ = false;
};

}  // namespace enks::store::runs::testing
