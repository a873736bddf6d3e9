#include <fmt/core.h>

#include "store/sql/columns.h"
#include "store/sql/normalize.h"
#include "store/sql/outcome.h"
#include "store/sql/settings_columns.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {
namespace {

std::string NameOf(std::int64_t id) {
  return fmt::format("export configuration {}", id);
}

std::string NameOfPlace(const ExportConfig& config) {
  return fmt::format(
      "an export configuration for bucket {} and filename root {}; choose another filename root",
      config.bucket, config.filename_root);
}

// kAlreadyExists if another configuration made batches for this place. Phones may still ask for its
// files, and files of the same windows would have the same names. To be asked after the row was
// written: whoever had the place before has then let go of it, and makes no more batches for it.
Status ExpectUnusedPlace(Connection& connection, std::int64_t id, const ExportConfig& config) {
  const std::string root = LowerCase(config.filename_root);
  const std::string bucket = LowerCase(config.bucket);
  return connection
      .Execute(
          "SELECT config_id FROM export_batch WHERE config_id <> $1"
          " AND lower(filename_root) = $2 AND lower(bucket) = $3 LIMIT 1",
          {id, root, bucket},
          [&](const Row& row) {
            return absl::AlreadyExistsError(
                fmt::format("export configuration {} has exported to bucket {} and filename root "
                            "{}, and phones "
                            "may know its files; choose another filename root",
                            row.Int(0), config.bucket, config.filename_root));
          })
      .status();
}

Status ExpectSignatures(Connection& connection, const std::vector<std::int64_t>& ids) {
  for (const std::int64_t id : ids) {
    // Changes nothing, but keeps the row there until the end of the transaction.
    ENKS_ASSIGN(
        const std::int64_t found,
        connection.Execute("UPDATE signature_info SET key_id = key_id WHERE info_id = $1", {id}));
    if (found == 0) {
      return absl::InvalidArgumentError(fmt::format("there is no signature info {}", id));
    }
  }
  return absl::OkStatus();
}

// Lists as they lie in their columns.
struct Lists {
  explicit Lists(const ExportConfig& config)
      : input(ToJson(config.input_regions)),
        exclude(ToJson(config.exclude_regions)),
        signatures(ToJson(config.signature_info_ids)) {}
  std::string input;
  std::string exclude;
  std::string signatures;
};

}  // namespace

Status ReadSettings(const Row& row, int first, ExportConfig& config) {
  config.bucket = row.Text(first);
  config.filename_root = row.Text(first + 1);
  config.period = std::chrono::seconds(row.Int(first + 2));
  config.output_region = row.Text(first + 3);
  ENKS_TRY(ReadList(row, first + 4, config.input_regions));
  ENKS_TRY(ReadList(row, first + 5, config.exclude_regions));
  config.include_travelers = row.Int(first + 6) != 0;
  config.only_non_travelers = row.Int(first + 7) != 0;
  config.from = TimeOf(row.Int(first + 8));
  config.thru = OptionalTime(row, first + 9);
  ENKS_TRY(ReadList(row, first + 10, config.signature_info_ids));
  config.max_records_override = OptionalInt(row, first + 11);
  return absl::OkStatus();
}

Result<std::vector<ExportConfig>> SqlStore::ExportConfigs() {
  std::vector<ExportConfig> configs;
  const auto collect = [&](const Row& row) {
    ExportConfig& config = configs.emplace_back();
    config.id = row.Int(0);
    return ReadSettings(row, 1, config);
  };
  ENKS_TRY(Read([&](Connection& connection) {
    return connection
        .Execute("SELECT config_id, " ENKS_SETTINGS_COLUMNS
                 " FROM export_config ORDER BY config_id",
                 {}, collect)
        .status();
  }));
  return configs;
}

Result<std::int64_t> SqlStore::AddExportConfig(const ExportConfig& given) {
  ENKS_ASSIGN(const ExportConfig config, Normalize(given));
  const Lists lists(config);
  std::int64_t id = 0;
  const auto add = [&](Connection& connection) -> Status {
    ENKS_TRY(ExpectSignatures(connection, config.signature_info_ids));
    const auto inserted = InsertedId(
        connection,
        "INSERT INTO export_config (" ENKS_SETTINGS_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING config_id",
        {config.bucket, config.filename_root, config.period.count(), config.output_region,
         lists.input, lists.exclude, std::int64_t{config.include_travelers},
         std::int64_t{config.only_non_travelers}, Seconds(config.from), OrNull(config.thru),
         lists.signatures, OrNull(config.max_records_override)});
    ENKS_TRY(NameDuplicate(inserted.status(), NameOfPlace(config)));
    id = *inserted;
    return ExpectUnusedPlace(connection, id, config);
  };
  ENKS_TRY(Write(add));
  return id;
}

Status SqlStore::UpdateExportConfig(const ExportConfig& given) {
  ENKS_ASSIGN(const ExportConfig config, Normalize(given));
  const Lists lists(config);
  const auto update = [&](Connection& connection) -> Status {
    ENKS_TRY(ExpectSignatures(connection, config.signature_info_ids));
    const auto updated = connection.Execute(
        "UPDATE export_config SET (" ENKS_SETTINGS_COLUMNS
        ") = ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) WHERE config_id = $13",
        {config.bucket, config.filename_root, config.period.count(), config.output_region,
         lists.input, lists.exclude, std::int64_t{config.include_travelers},
         std::int64_t{config.only_non_travelers}, Seconds(config.from), OrNull(config.thru),
         lists.signatures, OrNull(config.max_records_override), config.id});
    ENKS_TRY(NameDuplicate(updated.status(), NameOfPlace(config)));
    ENKS_TRY(ExpectFound(updated, NameOf(config.id)));
    return ExpectUnusedPlace(connection, config.id, config);
  };
  return Write(update);
}

Status SqlStore::RemoveExportConfig(std::int64_t id) {
  return Write([&](Connection& connection) -> Status {
    ENKS_TRY(ExpectFound(LockConfig(connection, id), NameOf(id)));
    ENKS_ASSIGN(
        const bool has_batches,
        Exists(connection, "SELECT 1 FROM export_batch WHERE config_id = $1 LIMIT 1", {id}));
    if (has_batches) {
      return absl::FailedPreconditionError(
          fmt::format("{} has batches: end it by its thru time", NameOf(id)));
    }
    return connection.Execute("DELETE FROM export_config WHERE config_id = $1", {id}).status();
  });
}

Result<std::int64_t> LockConfig(Connection& connection, std::int64_t id) {
  return connection.Execute("UPDATE export_config SET bucket = bucket WHERE config_id = $1", {id});
}

}  // namespace enks::store::sql
