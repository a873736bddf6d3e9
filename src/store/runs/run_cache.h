#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "store/runs/run_tables.h"

namespace enks::store::runs {

// The runs that were used last, in memory: above all the open ones, which every commit rewrites.
// Bounded: the run not used for longest goes first. Not thread-safe.
class RunCache {
 public:
  using RunPointer = std::shared_ptr<const StoredRun>;

  explicit RunCache(std::size_t runs_max) : runs_max_(runs_max) {}

  // Null if the run is not here.
  RunPointer Find(RunId id);
  RunPointer FindOpen(const RunSlot& slot);

  // Keeps a run, in place of an older state of it. Returns it.
  RunPointer Put(StoredRun run);
  void Clear();

 private:
  void Remove(RunId id);

  const std::size_t runs_max_;
  std::list<RunPointer> by_use_;  // the last used first
  std::unordered_map<RunId, std::list<RunPointer>::iterator> by_id_;
  std::map<RunSlot, RunId> open_;  // of the runs in by_id_, those that are open
};

}  // namespace enks::store::runs
