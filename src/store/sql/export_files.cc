#include <fmt/core.h>

#include <utility>

#include "store/sql/columns.h"
#include "store/sql/outcome.h"
#include "store/sql/sql_store.h"

// The columns of export_file (as f), in the order in which ReadFile takes them.
#define ENKS_FILE_COLUMNS                                                              \
  "f.batch_id, f.config_id, f.bucket, f.name, f.window_start, f.window_end, f.region," \
  " f.file_number, f.file_count, f.key_count, f.size_bytes, f.status"

// Files of batches that ended before $1 and are not expired yet.
#define ENKS_EXPIRED_FILES                                                                    \
  "SELECT f.bucket, f.name FROM export_file f JOIN export_batch b ON b.batch_id = f.batch_id" \
  " WHERE f.status = 0 AND b.window_end < $1"
#define ENKS_EXPIRE_FILES(names) \
  "UPDATE export_file SET status = 1 WHERE status = 0 AND (bucket, name) IN " names

namespace enks::store::sql {
namespace {

// FileStatus as it lies in the column `status`: 0 complete, 1 to be deleted, 2 deleted. The numbers
// are stored: never change them.
static_assert(static_cast<int>(FileStatus::kComplete) == 0);
static_assert(static_cast<int>(FileStatus::kDeletePending) == 1);
static_assert(static_cast<int>(FileStatus::kDeleted) == 2);

Status ReadFile(const Row& row, ExportFile& file) {
  file.batch_id = row.Int(0);
  file.config_id = row.Int(1);
  file.bucket = row.Text(2);
  file.name = row.Text(3);
  file.window = {TimeOf(row.Int(4)), TimeOf(row.Int(5))};
  file.region = row.Text(6);
  file.file_number = static_cast<std::int32_t>(row.Int(7));
  file.file_count = static_cast<std::int32_t>(row.Int(8));
  file.key_count = row.Int(9);
  file.size_bytes = row.Int(10);
  const std::int64_t status = row.Int(11);
  if (status < 0 || status > static_cast<int>(FileStatus::kDeleted)) {
    return absl::InternalError(fmt::format("export file {} has status {}", file.name, status));
  }
  file.status = static_cast<FileStatus>(status);
  return absl::OkStatus();
}

Result<std::vector<ExportFile>> Files(Connection& connection, Literal select,
                                      std::initializer_list<Value> values) {
  std::vector<ExportFile> files;
  const auto collect = [&](const Row& row) { return ReadFile(row, files.emplace_back()); };
  ENKS_TRY(connection.Execute(select, values, collect).status());
  return files;
}

}  // namespace

Result<std::vector<ExportFile>> SqlStore::FilesOfBatch(std::int64_t batch_id) {
  std::vector<ExportFile> files;
  ENKS_TRY(Read([&](Connection& connection) -> Status {
    ENKS_ASSIGN(files, Files(connection,
                             "SELECT " ENKS_FILE_COLUMNS
                             " FROM export_file f WHERE f.batch_id = $1 ORDER BY f.file_number",
                             {batch_id}));
    return absl::OkStatus();
  }));
  return files;
}

Result<std::optional<ExportFile>> SqlStore::FindFile(std::string_view bucket,
                                                     std::string_view name) {
  std::vector<ExportFile> files;
  ENKS_TRY(Read([&](Connection& connection) -> Status {
    ENKS_ASSIGN(files, Files(connection,
                             "SELECT " ENKS_FILE_COLUMNS
                             " FROM export_file f WHERE f.bucket = $1 AND f.name = $2",
                             {bucket, name}));
    return absl::OkStatus();
  }));
  if (files.empty()) return std::nullopt;
  return std::move(files.front());
}

Result<std::vector<ExportFile>> SqlStore::IndexedFiles(const ExportPlace& place,
                                                       UnixTime oldest_start) {
  std::vector<ExportFile> files;
  ENKS_TRY(Read([&](Connection& connection) -> Status {
    ENKS_ASSIGN(files, Files(connection,
                             "SELECT " ENKS_FILE_COLUMNS
                             " FROM export_file f JOIN export_batch b ON b.batch_id = f.batch_id"
                             " WHERE f.bucket = $1 AND b.filename_root = $2 AND f.status = 0"
                             " AND b.status IN (2, 3) AND b.window_start > $3 ORDER BY f.name",
                             {place.bucket, place.filename_root, Seconds(oldest_start)}));
    return absl::OkStatus();
  }));
  return files;
}

Result<std::vector<ExportFile>> SqlStore::FilesToDelete(std::size_t count_max) {
  std::vector<ExportFile> files;
  ENKS_TRY(Read([&](Connection& connection) -> Status {
    ENKS_ASSIGN(files, Files(connection,
                             "SELECT " ENKS_FILE_COLUMNS " FROM export_file f WHERE f.status = 1"
                             " ORDER BY f.window_end, f.bucket, f.name LIMIT $1",
                             {static_cast<std::int64_t>(count_max)}));
    return absl::OkStatus();
  }));
  return files;
}

// The batch's window and not the file's counts: a file may be shifted to stay distinguishable. Rows
// are locked by name, so that of two processes that do this at once one waits; in an order of their
// own each could wait for the other.
Result<std::int64_t> SqlStore::ExpireFiles(UnixTime cutoff) {
  std::int64_t expired = 0;
  ENKS_TRY(Write([&](Connection& connection) -> Status {
    const Literal expire =
        connection.IsSqlite()
            ? Literal(ENKS_EXPIRE_FILES("(" ENKS_EXPIRED_FILES ")"))
            : Literal("WITH expired AS (" ENKS_EXPIRED_FILES
                      " ORDER BY f.bucket, f.name FOR UPDATE OF f) " ENKS_EXPIRE_FILES(
                          "(SELECT bucket, name FROM expired)"));
    ENKS_ASSIGN(expired, connection.Execute(expire, {Seconds(cutoff)}));
    return absl::OkStatus();
  }));
  return expired;
}

Status SqlStore::MarkFileDeleted(const ExportFile& file) {
  return Write([&](Connection& connection) -> Status {
    // Changes nothing, but makes two processes that delete the last two files of a batch take
    // turns: each would else see the other's file still there and leave the batch as it is.
    ENKS_TRY(connection
                 .Execute("UPDATE export_batch SET status = status WHERE batch_id ="
                          " (SELECT batch_id FROM export_file WHERE bucket = $1 AND name = $2)",
                          {file.bucket, file.name})
                 .status());
    ENKS_TRY(ExpectFound(
        connection.Execute("UPDATE export_file SET status = 2 WHERE bucket = $1 AND name = $2",
                           {file.bucket, file.name}),
        fmt::format("export file {} in bucket {}", file.name, file.bucket)));
    return connection
        .Execute(
            "UPDATE export_batch SET status = 3 WHERE status = 2 AND batch_id ="
            " (SELECT batch_id FROM export_file WHERE bucket = $1 AND name = $2)"
            " AND NOT EXISTS (SELECT 1 FROM export_file f"
            " WHERE f.batch_id = export_batch.batch_id AND f.status <> 2)",
            {file.bucket, file.name})
        .status();
  });
}

}  // namespace enks::store::sql
