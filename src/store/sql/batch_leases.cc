#include <fmt/core.h>

#include "store/runs/padding.h"
#include "store/sql/batch_columns.h"
#include "store/sql/columns.h"
#include "store/sql/outcome.h"
#include "store/sql/sql_store.h"

// Leasing and finishing batches. Locks are taken in one order everywhere: first the batch, then the
// key writers' lock; otherwise two processes could wait for each other.

// The oldest batch that nobody works on, of which $2 is the present.
#define ENKS_LEASABLE_BATCH                                   \
  "SELECT batch_id FROM export_batch WHERE window_end < $2"   \
  " AND (status = 0 OR (status = 1 AND lease_expires <= $2))" \
  " ORDER BY window_end, batch_id LIMIT 1"
#define ENKS_LEASE_BATCH \
  "UPDATE export_batch SET status = 1, lease = lease + 1, lease_expires = $1 WHERE batch_id = "

namespace enks::store::sql {
namespace {

Result<std::optional<ExportBatch>> LeaseOldest(Connection& connection, UnixTime now,
                                               UnixTime expires) {
  std::optional<ExportBatch> batch;
  const RowVisitor take = [&](const Row& row) { return ReadBatch(row, batch.emplace()); };
  // SKIP LOCKED: a batch that another process is leasing right now is not waited for.
  const Literal lease =
      connection.IsSqlite()
          ? Literal(ENKS_LEASE_BATCH "(" ENKS_LEASABLE_BATCH ") RETURNING " ENKS_BATCH_COLUMNS)
          : Literal(ENKS_LEASE_BATCH "(" ENKS_LEASABLE_BATCH
                                     " FOR UPDATE SKIP LOCKED) RETURNING " ENKS_BATCH_COLUMNS);
  ENKS_TRY(connection.Execute(lease, {Seconds(expires), Seconds(now)}, take).status());
  return batch;
}

// From here on no upload gets a release time before `end` (see store.h, "a window that was
// closed").
Status CloseWindow(Connection& connection, UnixTime end) {
  ENKS_TRY(connection.LockKeyWriters());
  return connection
      .Execute("UPDATE key_state SET closed_until = $1 WHERE closed_until < $1", {Seconds(end)})
      .status();
}

Status LeaseLost(const ExportBatch& batch) {
  return absl::AbortedError(fmt::format("the lease of batch {} was lost", batch.id));
}

// kAborted if `update`, which must name the lease, changed nothing.
Status ExpectLease(const Result<std::int64_t>& changed, const ExportBatch& batch) {
  if (!changed.ok()) return changed.status();
  return *changed > 0 ? absl::OkStatus() : LeaseLost(batch);
}

Status CheckPadding(const ExportBatch& batch, const PaddingKeys& padding) {
  for (const exposure::AcceptedKey& key : padding.keys) {
    if (key.release_at < batch.window.start || key.release_at >= batch.window.end) {
      return absl::InvalidArgumentError(
          fmt::format("a padding key of batch {} lies outside its window", batch.id));
    }
  }
  return absl::OkStatus();
}

// Sets `padded` for whoever holds the lease.
Status MarkPadded(Connection& connection, const ExportBatch& batch) {
  // The first statement changes nothing but finds out, and keeps, the state of the batch.
  ENKS_TRY(ExpectLease(connection.Execute("UPDATE export_batch SET lease = lease"
                                          " WHERE batch_id = $1 AND lease = $2 AND status = 1",
                                          {batch.id, batch.lease}),
                       batch));
  ENKS_ASSIGN(
      const std::int64_t marked,
      connection.Execute("UPDATE export_batch SET padded = 1 WHERE batch_id = $1 AND padded = 0",
                         {batch.id}));
  if (marked > 0) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format("batch {} is padded already", batch.id));
}

Status InsertFile(Connection& connection, const ExportBatch& batch, const ExportFile& file) {
  return NameDuplicate(
      connection
          .Execute("INSERT INTO export_file (bucket, name, batch_id, config_id, window_start,"
                   " window_end, region, file_number, file_count, key_count, size_bytes, status)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                   {file.bucket, file.name, batch.id, batch.settings.id, Seconds(file.window.start),
                    Seconds(file.window.end), file.region, std::int64_t{file.file_number},
                    std::int64_t{file.file_count}, file.key_count, file.size_bytes,
                    static_cast<std::int64_t>(file.status)})
          .status(),
      fmt::format("an export file {} in bucket {}", file.name, file.bucket));
}

}  // namespace

Result<std::optional<ExportBatch>> SqlStore::LeaseBatch(UnixTime now,
                                                        std::chrono::seconds duration) {
  std::optional<ExportBatch> batch;
  ENKS_TRY(Write([&](Connection& connection) -> Status {
    ENKS_ASSIGN(batch, LeaseOldest(connection, now, now + duration));
    return batch ? CloseWindow(connection, batch->window.end) : absl::OkStatus();
  }));
  return batch;
}

// A lease that ran out but that nobody else took is prolonged, too: the number of the lease, not
// the time, decides who may write.
Status SqlStore::RenewLease(const ExportBatch& batch, UnixTime now, std::chrono::seconds duration) {
  return Write([&](Connection& connection) {
    return ExpectLease(connection.Execute("UPDATE export_batch SET lease_expires = $1"
                                          " WHERE batch_id = $2 AND lease = $3 AND status = 1",
                                          {Seconds(now + duration), batch.id, batch.lease}),
                       batch);
  });
}

Status SqlStore::ReleaseBatch(const ExportBatch& batch) {
  return Write([&](Connection& connection) {
    return connection
        .Execute(
            "UPDATE export_batch SET status = 0, lease_expires = NULL"
            " WHERE batch_id = $1 AND lease = $2 AND status = 1",
            {batch.id, batch.lease})
        .status();
  });
}

Status SqlStore::AddPadding(const ExportBatch& batch, const std::vector<PaddingKeys>& padding) {
  for (const PaddingKeys& part : padding) ENKS_TRY(CheckPadding(batch, part));
  return Write([&](Connection& connection) -> Status {
    ENKS_TRY(MarkPadded(connection, batch));
    ENKS_TRY(connection.LockKeyWriters());
    for (const PaddingKeys& part : padding) {
      ENKS_TRY(runs::AddPadding(connection, part.origin, part.keys, limits_.run_keys_max));
    }
    return absl::OkStatus();
  });
}

Status SqlStore::CompleteBatch(const ExportBatch& batch, const std::vector<ExportFile>& files) {
  return Write([&](Connection& connection) -> Status {
    ENKS_TRY(
        ExpectLease(connection.Execute("UPDATE export_batch SET status = 2, lease_expires = NULL"
                                       " WHERE batch_id = $1 AND lease = $2 AND status = 1",
                                       {batch.id, batch.lease}),
                    batch));
    for (const ExportFile& file : files) ENKS_TRY(InsertFile(connection, batch, file));
    return absl::OkStatus();
  });
}

}  // namespace enks::store::sql
