#pragma once

#include <cstdint>

#include "exposure/windows.h"
#include "store/sql/connection.h"
#include "store/store.h"

namespace enks::bench {

// Fills a migrated database with so many random keys of scenario::kApp whose release times are
// spread evenly over the full hours of `window`, in the rows that uploads would have left, but
// through the way of padding keys: a quarter of a million a transaction.
void Preload(store::sql::Connection& connection, exposure::Window window, std::int64_t keys);

// Bytes of the database's files.
std::int64_t DiskBytes(const store::StoreLocation& location, store::sql::Connection& connection);

}  // namespace enks::bench
