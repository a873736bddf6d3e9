#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "store/runs/key_record.h"
#include "store/runs/run_codec.h"
#include "store/sql/connection.h"

// The tables key_run and key_state as values. Everything here runs in the caller's transaction, and
// whatever writes needs the lock of the key writers (Connection::LockKeyWriters).
namespace enks::store::runs {

// A macro, so that a test can ask SQLite how it would carry this out. The pass comes first: without
// it the index (pass, release_at) is of no use, and every step of a deletion reads the whole table.
#define ENKS_RUNS_RELEASED_BEFORE                                             \
  "SELECT run_id, key_count FROM key_run WHERE pass = $1 AND release_at < $2" \
  " ORDER BY release_at, run_id LIMIT $3"

// The one row of key_state.
struct KeyState {
  // Counts the transactions that wrote runs; each run remembers the one that wrote it last.
  std::int64_t change = 0;
  std::int64_t next_run_id = 1;
  // The end of the newest window that is closed for uploads (LeaseBatch moves it).
  UnixTime closed_until;
};

// One row of key_run. A value.
struct StoredRun {
  RunId id = kNoRun;
  RunSlot slot;
  bool open = false;  // takes the next keys of its slot
  PackedRun records;
};

// A row without a copy of its bytes: `records` ends with the callback.
struct RunRow {
  RunId id = kNoRun;
  RunSlot slot;
  bool open = false;
  RunView records;
};
using RunVisitor = std::function<Status(const RunRow&)>;

Result<KeyState> ReadKeyState(sql::Connection& connection);
// Saves change and next_run_id. closed_until is not the key writers' to move.
Status SaveKeyState(sql::Connection& connection, const KeyState& state);

// Nothing if there is no such run. kDataLoss if its bytes are damaged.
Result<std::optional<StoredRun>> ReadRun(sql::Connection& connection, RunId id);
// The run that takes the next keys of a slot.
Result<std::optional<StoredRun>> ReadOpenRun(sql::Connection& connection, const RunSlot& slot);

// A place in the order in which runs were written: by change, those of one change by number.
struct ChangePosition {
  std::int64_t change = 0;
  RunId run = kNoRun;
  auto operator<=>(const ChangePosition&) const = default;
};
// Copies of the runs written after `position`, in the order of positions, at most `count_max`.
struct ChangedRuns {
  std::vector<StoredRun> runs;
  ChangePosition last;  // the position of the last of them; where it began if there is none
};
Result<ChangedRuns> ReadRunsChangedAfter(sql::Connection& connection,
                                         const ChangePosition& position, std::size_t count_max);

// Visit runs in no particular order, streaming: memory stays bounded.
Status VisitRunsReleasedIn(sql::Connection& connection, KeyPass pass, UnixTime start, UnixTime end,
                           const RunVisitor& visit);
Status VisitAllRuns(sql::Connection& connection, const RunVisitor& visit);

// Copies of the runs whose number is above `after`, by number, at most `count_max`.
Result<std::vector<StoredRun>> ReadRunsAfter(sql::Connection& connection, RunId after,
                                             std::size_t count_max);

// The numbers of all runs, sorted.
Result<std::vector<RunId>> ReadRunIds(sql::Connection& connection);
// The number of keys in runs of one pass.
Result<std::int64_t> CountKeysOf(sql::Connection& connection, KeyPass pass);

struct RunSize {
  RunId id = kNoRun;
  KeyPass pass = KeyPass::kPrimary;
  std::int64_t keys = 0;
};
// Runs of one pass whose release time lies before `cutoff`, oldest first, at most `count_max`.
Result<std::vector<RunSize>> ReadRunsReleasedBefore(sql::Connection& connection, KeyPass pass,
                                                    UnixTime cutoff, std::int64_t count_max);
Status DeleteRun(sql::Connection& connection, RunId id);

Status InsertRun(sql::Connection& connection, const StoredRun& run, std::int64_t change);
// Rewrites a run. kAborted if the row is gone: whoever asked worked from a copy that is out of
// date.
Status UpdateRun(sql::Connection& connection, const StoredRun& run, std::int64_t change);

// Takes the next run number. kResourceExhausted after 2^32 runs.
Result<RunId> TakeRunId(KeyState& state);

}  // namespace enks::store::runs
