#pragma once

#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "store/store.h"

namespace enks::store {

// Brings the schema up to this program's version, creating it if there is none. Safe to run while
// older programs are running and from several processes at once. Returns the versions applied, in
// order; empty if there was nothing to do.
Result<std::vector<int>> Migrate(const StoreLocation& location);

// Opens a migrated database. kFailedPrecondition, naming `enks migrate`, if the schema is older or
// newer than this program. A process that is going to take uploads asks for KeyLoading::kNow, and
// is ready for them when this returns. The store owns its threads and stops them, after finishing
// what was queued, when it is destroyed. `clock` and `log` must outlive it.
Result<std::unique_ptr<Store>> OpenStore(const StoreLocation& location, const StoreLimits& limits,
                                         const base::Clock& clock, base::Log& log,
                                         KeyLoading loading = KeyLoading::kFirstUpload);

}  // namespace enks::store
