#pragma once

#include <cstdint>
#include <optional>

#include "exposure/statistics.h"
#include "store/records.h"
#include "store/sql/connection.h"

// The rows of authority_hour: what health authorities learn about their uploads.
namespace enks::store::sql {

// What is counted for an authority in the hour that starts at `hour`; nothing yet: no row.
Result<std::optional<exposure::HourCounts>> ReadHour(Connection& connection,
                                                     std::int64_t authority_id, UnixTime hour);

// Adds to it. In a write transaction that holds the lock of the key writers, so that two that add
// do not lose each other's counts. Does nothing if the authority is gone: it was removed while the
// upload was on its way.
Status AddToHour(Connection& connection, std::int64_t authority_id, UnixTime hour,
                 const exposure::HourCounts& counts);

}  // namespace enks::store::sql
