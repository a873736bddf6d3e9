#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "store/runs/key_catalog.h"
#include "store/runs/run_tables.h"

// How runs grow and shrink. Everything here runs in the caller's transaction, which holds the lock
// of the key writers.
namespace enks::store::runs {

// Merges new keys into `open`, the open run of their slot (null if there is none), taking numbers
// for new runs from `state`. When the run becomes too large it is dealt out, and the first hand
// stays open: so the open run always holds keys of many uploads, and none starts over with a single
// phone's.
Result<SlotChange> MergeIntoOpen(const StoredRun* open, const RunSlot& slot,
                                 std::vector<KeyRecord> records, std::size_t run_keys_max,
                                 KeyState& state);

// Writes the rows of a merge.
Status WriteParts(sql::Connection& connection, const SlotChange& merged, std::int64_t change);

// Takes keys out of a run; a run of which nothing is left is deleted. kAborted if the run is gone.
Status RemoveFromRun(sql::Connection& connection, RunId id, std::vector<exposure::KeyData> keys,
                     std::int64_t change);

}  // namespace enks::store::runs
