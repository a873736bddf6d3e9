#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/keys.h"
#include "store/sql/connection.h"

namespace enks::store::runs {

// Store::DeleteKeysBefore. Deletes whole runs of either pass whose release time lies before
// `cutoff`, a bounded number in each of several write transactions on `connection`, which must be
// in none; uploads are stored in between. Returns how many keys went, a key and its revision being
// one. After a failure, what was deleted so far stays deleted; run it again.
Result<std::int64_t> DeleteRunsBefore(sql::Connection& connection, UnixTime cutoff);

}  // namespace enks::store::runs
