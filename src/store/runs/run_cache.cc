#include "store/runs/run_cache.h"

#include <utility>

namespace enks::store::runs {

RunCache::RunPointer RunCache::Find(RunId id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return *found->second;
}

RunCache::RunPointer RunCache::FindOpen(const RunSlot& slot) {
  const auto found = open_.find(slot);
  return found == open_.end() ? nullptr : Find(found->second);
}

RunCache::RunPointer RunCache::Put(StoredRun run) {
  Remove(run.id);
  if (by_id_.size() == runs_max_) Remove(by_use_.back()->id);
  if (run.open) open_.insert_or_assign(run.slot, run.id);
  const auto pointer = std::make_shared<const StoredRun>(std::move(run));
  by_use_.push_front(pointer);
  by_id_.emplace(pointer->id, by_use_.begin());
  return pointer;
}

void RunCache::Remove(RunId id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  const auto open = open_.find((*found->second)->slot);
  if (open != open_.end() && open->second == id) open_.erase(open);
  by_use_.erase(found->second);
  by_id_.erase(found);
}

void RunCache::Clear() {
  by_use_.clear();
  by_id_.clear();
  open_.clear();
}

}  // namespace enks::store::runs
