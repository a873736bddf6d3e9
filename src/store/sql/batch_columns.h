#pragma once

#include "store/records.h"
#include "store/sql/connection.h"
#include "store/sql/settings_columns.h"

// The columns of export_batch, in the order in which ReadBatch takes them.
#define ENKS_BATCH_COLUMNS                                                               \
  "batch_id, config_id, window_start, window_end, status, lease_expires, lease, padded," \
  " " ENKS_SETTINGS_COLUMNS

namespace enks::store::sql {

Status ReadBatch(const Row& row, ExportBatch& batch);

// BatchStatus as it lies in the column `status`: 0 open, 1 pending, 2 complete, 3 deleted. The
// numbers are stored: never change them.
static_assert(static_cast<int>(BatchStatus::kOpen) == 0);
static_assert(static_cast<int>(BatchStatus::kPending) == 1);
static_assert(static_cast<int>(BatchStatus::kComplete) == 2);
static_assert(static_cast<int>(BatchStatus::kDeleted) == 3);

}  // namespace enks::store::sql
