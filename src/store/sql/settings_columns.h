#pragma once

#include "store/records.h"
#include "store/sql/connection.h"

// The columns that export_config and export_batch have in common, in the order in which
// ReadSettings takes them. A macro, since statements are put together from string literals only.
#define ENKS_SETTINGS_COLUMNS                                        \
  "bucket, filename_root, period_seconds, output_region,"            \
  " input_regions, exclude_regions, include_travelers,"              \
  " only_non_travelers, valid_from, valid_thru, signature_info_ids," \
  " max_records_override"

namespace enks::store::sql {

// Reads those columns, `first` being the number of the first of them, and leaves the id alone.
Status ReadSettings(const Row& row, int first, ExportConfig& config);

// Finds a configuration and keeps it as it is until the end of the write transaction, so that two
// processes that make or count its batches take turns. Returns the number of rows found.
Result<std::int64_t> LockConfig(Connection& connection, std::int64_t id);

}  // namespace enks::store::sql
