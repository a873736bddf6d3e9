#include "store/runs/run_tables.h"

#include <fmt/core.h>

#include <chrono>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace enks::store::runs {
namespace {

using sql::Row;

std::int64_t Number(KeyPass pass) {
  return pass == KeyPass::kPrimary ? 0 : 1;
}

std::int64_t Seconds(UnixTime time) {
  return time.time_since_epoch().count();
}

UnixTime TimeOf(std::int64_t seconds) {
  return UnixTime(std::chrono::seconds(seconds));
}

Result<RunId> RunIdOf(std::int64_t number) {
  if (number < 1 || number > std::numeric_limits<RunId>::max()) {
    return absl::DataLossError("key_run: run_id out of range");
  }
  return static_cast<RunId>(number);
}

Result<KeyPass> PassOf(std::int64_t number) {
  if (number != 0 && number != 1) return absl::DataLossError("key_run: unknown pass");
  return number == 0 ? KeyPass::kPrimary : KeyPass::kRevised;
}

// Names the row, so that the operator can look at it, or give it up.
Status Damaged(RunId id, std::string_view fault) {
  return absl::DataLossError(fmt::format("key_run: run {}: {}", id, fault));
}

// Reads the columns run_id, pass, release_at, is_open, key_count, format, records, in this order.
Result<RunRow> ReadRow(const Row& row) {
  ENKS_ASSIGN(const RunId id, RunIdOf(row.Int(0)));
  ENKS_ASSIGN(const KeyPass pass, PassOf(row.Int(1)));
  const auto records = RunView::Read(row.Int(5), row.Blob(6));
  if (!records.ok()) return Damaged(id, std::string(records.status().message()));
  if (row.Int(4) != static_cast<std::int64_t>(records->size())) {
    return Damaged(id, "key_count is not the number of records");
  }
  return RunRow{
      .id = id, .slot = {pass, TimeOf(row.Int(2))}, .open = row.Int(3) != 0, .records = *records};
}

sql::RowVisitor Visiting(const RunVisitor& visit) {
  return [&visit](const Row& row) -> Status {
    ENKS_ASSIGN(const RunRow run, ReadRow(row));
    return visit(run);
  };
}

RunVisitor CopyingTo(std::optional<StoredRun>& out) {
  return [&out](const RunRow& run) -> Status {
    out = StoredRun{run.id, run.slot, run.open, PackedRun::CopyOf(run.records)};
    return absl::OkStatus();
  };
}

}  // namespace

Result<KeyState> ReadKeyState(sql::Connection& connection) {
  std::optional<KeyState> state;
  ENKS_TRY(connection
               .Execute("SELECT change, next_run_id, closed_until FROM key_state WHERE id = 1", {},
                        [&state](const Row& row) -> Status {
                          state = KeyState{row.Int(0), row.Int(1), TimeOf(row.Int(2))};
                          return absl::OkStatus();
                        })
               .status());
  if (!state) return absl::DataLossError("key_state: its row is missing");
  return *state;
}

Status SaveKeyState(sql::Connection& connection, const KeyState& state) {
  return connection
      .Execute("UPDATE key_state SET change = $1, next_run_id = $2 WHERE id = 1",
               {state.change, state.next_run_id})
      .status();
}

Result<std::optional<StoredRun>> ReadRun(sql::Connection& connection, RunId id) {
  std::optional<StoredRun> found;
  ENKS_TRY(connection
               .Execute("SELECT run_id, pass, release_at, is_open, key_count, format, records"
                        " FROM key_run WHERE run_id = $1",
                        {std::int64_t{id}}, Visiting(CopyingTo(found)))
               .status());
  return found;
}

Result<std::optional<StoredRun>> ReadOpenRun(sql::Connection& connection, const RunSlot& slot) {
  std::optional<StoredRun> found;
  ENKS_TRY(connection
               .Execute("SELECT run_id, pass, release_at, is_open, key_count, format, records"
                        " FROM key_run WHERE pass = $1 AND release_at = $2 AND is_open = 1",
                        {Number(slot.pass), Seconds(slot.release_at)}, Visiting(CopyingTo(found)))
               .status());
  return found;
}

Result<ChangedRuns> ReadRunsChangedAfter(sql::Connection& connection,
                                         const ChangePosition& position, std::size_t count_max) {
  ChangedRuns changed{.runs = {}, .last = position};
  const auto collect = [&changed](const Row& row) -> Status {
    ENKS_ASSIGN(const RunRow run, ReadRow(row));
    changed.runs.push_back({run.id, run.slot, run.open, PackedRun::CopyOf(run.records)});
    changed.last = {row.Int(7), run.id};
    return absl::OkStatus();
  };
  ENKS_TRY(connection
               .Execute("SELECT run_id, pass, release_at, is_open, key_count, format, records,"
                        " change FROM key_run WHERE change >= $1 AND (change > $1 OR run_id > $2)"
                        " ORDER BY change, run_id LIMIT $3",
                        {position.change, std::int64_t{position.run},
                         static_cast<std::int64_t>(count_max)},
                        collect)
               .status());
  return changed;
}

Status VisitRunsReleasedIn(sql::Connection& connection, KeyPass pass, UnixTime start, UnixTime end,
                           const RunVisitor& visit) {
  return connection
      .Execute(
          "SELECT run_id, pass, release_at, is_open, key_count, format, records"
          " FROM key_run WHERE pass = $1 AND release_at >= $2 AND release_at < $3",
          {Number(pass), Seconds(start), Seconds(end)}, Visiting(visit))
      .status();
}

Status VisitAllRuns(sql::Connection& connection, const RunVisitor& visit) {
  return connection
      .Execute("SELECT run_id, pass, release_at, is_open, key_count, format, records FROM key_run",
               {}, Visiting(visit))
      .status();
}

Result<std::vector<StoredRun>> ReadRunsAfter(sql::Connection& connection, RunId after,
                                             std::size_t count_max) {
  std::vector<StoredRun> runs;
  const RunVisitor collect = [&runs](const RunRow& run) -> Status {
    runs.push_back({run.id, run.slot, run.open, PackedRun::CopyOf(run.records)});
    return absl::OkStatus();
  };
  ENKS_TRY(connection
               .Execute("SELECT run_id, pass, release_at, is_open, key_count, format, records"
                        " FROM key_run WHERE run_id > $1 ORDER BY run_id LIMIT $2",
                        {std::int64_t{after}, static_cast<std::int64_t>(count_max)},
                        Visiting(collect))
               .status());
  return runs;
}

Result<std::vector<RunId>> ReadRunIds(sql::Connection& connection) {
  std::vector<RunId> ids;
  ENKS_TRY(connection
               .Execute("SELECT run_id FROM key_run ORDER BY run_id", {},
                        [&ids](const Row& row) -> Status {
                          ENKS_ASSIGN(const RunId id, RunIdOf(row.Int(0)));
                          ids.push_back(id);
                          return absl::OkStatus();
                        })
               .status());
  return ids;
}

Result<std::int64_t> CountKeysOf(sql::Connection& connection, KeyPass pass) {
  std::int64_t count = 0;
  // PostgreSQL's sum of BIGINT is a NUMERIC, so the result is cast back.
  ENKS_TRY(connection
               .Execute("SELECT CAST(COALESCE(SUM(key_count), 0) AS BIGINT) FROM key_run"
                        " WHERE pass = $1",
                        {Number(pass)},
                        [&count](const Row& row) -> Status {
                          count = row.Int(0);
                          return absl::OkStatus();
                        })
               .status());
  return count;
}

Result<std::vector<RunSize>> ReadRunsReleasedBefore(sql::Connection& connection, KeyPass pass,
                                                    UnixTime cutoff, std::int64_t count_max) {
  std::vector<RunSize> runs;
  ENKS_TRY(connection
               .Execute(ENKS_RUNS_RELEASED_BEFORE, {Number(pass), Seconds(cutoff), count_max},
                        [&](const Row& row) -> Status {
                          ENKS_ASSIGN(const RunId id, RunIdOf(row.Int(0)));
                          runs.push_back({id, pass, row.Int(1)});
                          return absl::OkStatus();
                        })
               .status());
  return runs;
}

Status DeleteRun(sql::Connection& connection, RunId id) {
  return connection.Execute("DELETE FROM key_run WHERE run_id = $1", {std::int64_t{id}}).status();
}

Status InsertRun(sql::Connection& connection, const StoredRun& run, std::int64_t change) {
  return connection
      .Execute(
          "INSERT INTO key_run"
          " (run_id, pass, release_at, change, key_count, is_open, format, records)"
          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
          {std::int64_t{run.id}, Number(run.slot.pass), Seconds(run.slot.release_at), change,
           static_cast<std::int64_t>(run.records.size()), std::int64_t{run.open}, kRunFormat,
           run.records.view().bytes()})
      .status();
}

Status UpdateRun(sql::Connection& connection, const StoredRun& run, std::int64_t change) {
  ENKS_ASSIGN(const std::int64_t rows,
              connection.Execute(
                  "UPDATE key_run SET change = $1, key_count = $2, is_open = $3,"
                  " format = $4, records = $5 WHERE run_id = $6",
                  {change, static_cast<std::int64_t>(run.records.size()), std::int64_t{run.open},
                   kRunFormat, run.records.view().bytes(), std::int64_t{run.id}}));
  if (rows != 1) return absl::AbortedError("key_run: the run to be rewritten is gone");
  return absl::OkStatus();
}

Result<RunId> TakeRunId(KeyState& state) {
  if (state.next_run_id < 1 || state.next_run_id > std::numeric_limits<RunId>::max()) {
    return absl::ResourceExhaustedError("key_state: the run numbers are used up");
  }
  return static_cast<RunId>(state.next_run_id++);
}

}  // namespace enks::store::runs
