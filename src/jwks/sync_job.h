#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "jwks/alarm_book.h"
#include "jwks/key_sync.h"

namespace enks::jwks {

// The periodic sync of all health authorities, one after the other, which raises the alarm. An
// alarm is an ERROR line of the log: a document that cannot be read, a key that vanished or has
// other material. Each names the authority by id and name, never the address, for that may hold a
// password. What it is handed outlives it. Thread-safe.
class SyncJob {
 public:
  SyncJob(const SyncRules& rules, store::Store& store, DocumentFetcher& fetcher,
          const base::Clock& clock, base::Log& log)
      : sync_(rules, store, fetcher, clock), clock_(clock), log_(log) {}

  // Blocks: each document may take the whole request timeout. One run at a time; a second caller
  // waits and then runs. The failure of one authority does not keep the others from their turn; the
  // status counts those that failed and gives the first reason.
  Status Run();

  // Makes runs end once the authority at hand is done, and begin no more.
  void Stop() { is_stopping_ = true; }

 private:
  Status RunAll();
  void Tell(const AuthoritySync& outcome);
  void TellFailure(const AuthoritySync& outcome);
  void TellRecovery(const AuthoritySync& outcome);
  void TellFinding(const AuthoritySync& outcome, const Finding& finding);
  void TellSkipped(const AuthoritySync& outcome);

  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  KeySync sync_;                                    // guarded by mutex_
  AlarmBook alarms_;                                // guarded by mutex_
  std::map<std::int64_t, UnixTime> failing_since_;  // by authority; guarded by mutex_
  const base::Clock& clock_;
  base::Log& log_;
};

}  // namespace enks::jwks
