#include <fmt/core.h>

#include "store/sql/batch_columns.h"
#include "store/sql/columns.h"
#include "store/sql/outcome.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {
namespace {

Result<std::optional<UnixTime>> NewestEnd(Connection& connection, std::int64_t config_id) {
  std::optional<UnixTime> end;
  ENKS_TRY(connection
               .Execute("SELECT max(window_end) FROM export_batch WHERE config_id = $1",
                        {config_id},
                        [&](const Row& row) {
                          end = OptionalTime(row, 0);
                          return absl::OkStatus();
                        })
               .status());
  return end;
}

// A gap between windows would lose keys, an overlap would export them twice.
Status CheckContiguous(std::optional<UnixTime> start,
                       const std::vector<exposure::Window>& windows) {
  for (const exposure::Window& window : windows) {
    if (window.end <= window.start) return absl::InvalidArgumentError("a window is empty");
    if (start && window.start != *start) {
      return absl::InvalidArgumentError("a window does not start where the one before it ends");
    }
    start = window.end;
  }
  return absl::OkStatus();
}

// The settings are copied by the database, so that they are those of the moment of the commit.
Status InsertBatch(Connection& connection, std::int64_t config_id, const exposure::Window& window) {
  return connection
      .Execute(
          "INSERT INTO export_batch (config_id, window_start, window_end, status, lease,"
          " padded, " ENKS_SETTINGS_COLUMNS
          ") SELECT config_id, $1, $2, 0, 0, 0, " ENKS_SETTINGS_COLUMNS
          " FROM export_config WHERE config_id = $3",
          {Seconds(window.start), Seconds(window.end), config_id})
      .status();
}

}  // namespace

Status ReadBatch(const Row& row, ExportBatch& batch) {
  batch.id = row.Int(0);
  batch.settings.id = row.Int(1);
  batch.window = {TimeOf(row.Int(2)), TimeOf(row.Int(3))};
  const std::int64_t status = row.Int(4);
  if (status < 0 || status > static_cast<int>(BatchStatus::kDeleted)) {
    return absl::InternalError(fmt::format("batch {} has status {}", batch.id, status));
  }
  batch.status = static_cast<BatchStatus>(status);
  batch.lease_expires = OptionalTime(row, 5);
  batch.lease = row.Int(6);
  batch.padded = row.Int(7) != 0;
  return ReadSettings(row, 8, batch.settings);
}

Result<std::optional<UnixTime>> SqlStore::NewestBatchEnd(std::int64_t config_id) {
  std::optional<UnixTime> end;
  ENKS_TRY(Read([&](Connection& connection) -> Status {
    ENKS_ASSIGN(end, NewestEnd(connection, config_id));
    return absl::OkStatus();
  }));
  return end;
}

Result<std::vector<ExportBatch>> SqlStore::Batches(std::int64_t config_id, UnixTime since) {
  std::vector<ExportBatch> batches;
  const auto collect = [&](const Row& row) { return ReadBatch(row, batches.emplace_back()); };
  ENKS_TRY(Read([&](Connection& connection) {
    return connection
        .Execute("SELECT " ENKS_BATCH_COLUMNS
                 " FROM export_batch WHERE config_id = $1 AND window_end > $2"
                 " ORDER BY window_start",
                 {config_id, Seconds(since)}, collect)
        .status();
  }));
  return batches;
}

// Names every status, so that the index (status, window_end) serves.
Result<std::vector<ExportPlace>> SqlStore::PlacesOfBatches(UnixTime since) {
  std::vector<ExportPlace> places;
  const auto collect = [&](const Row& row) {
    places.push_back({std::string(row.Text(0)), std::string(row.Text(1))});
    return absl::OkStatus();
  };
  ENKS_TRY(Read([&](Connection& connection) {
    return connection
        .Execute(
            "SELECT DISTINCT bucket, filename_root FROM export_batch"
            " WHERE status IN (0, 1, 2, 3) AND window_end > $1"
            " ORDER BY bucket, filename_root",
            {Seconds(since)}, collect)
        .status();
  }));
  return places;
}

Result<std::vector<ExportBatch>> SqlStore::BatchesIn(exposure::Window window) {
  std::vector<ExportBatch> batches;
  const auto collect = [&](const Row& row) { return ReadBatch(row, batches.emplace_back()); };
  ENKS_TRY(Read([&](Connection& connection) {
    // Asked by configuration, because the index export_batch_config begins with it.
    return connection
        .Execute("SELECT " ENKS_BATCH_COLUMNS
                 " FROM export_batch WHERE config_id IN (SELECT config_id FROM export_config)"
                 " AND window_end > $1 AND window_start < $2 ORDER BY batch_id",
                 {Seconds(window.start), Seconds(window.end)}, collect)
        .status();
  }));
  return batches;
}

Status SqlStore::CreateBatches(std::int64_t config_id, std::optional<UnixTime> expected_last_end,
                               const std::vector<exposure::Window>& windows) {
  ENKS_TRY(CheckContiguous(expected_last_end, windows));
  return Write([&](Connection& connection) -> Status {
    ENKS_TRY(ExpectFound(LockConfig(connection, config_id),
                         fmt::format("export configuration {}", config_id)));
    ENKS_ASSIGN(const std::optional<UnixTime> last_end, NewestEnd(connection, config_id));
    if (last_end != expected_last_end) {
      return absl::AbortedError(fmt::format(
          "another process made batches of export configuration {} meanwhile", config_id));
    }
    for (const exposure::Window& window : windows) {
      ENKS_TRY(InsertBatch(connection, config_id, window));
    }
    return absl::OkStatus();
  });
}

}  // namespace enks::store::sql
