#include "store/runs/run_merge.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace enks::store::runs {

Result<SlotChange> MergeIntoOpen(const StoredRun* open, const RunSlot& slot,
                                 std::vector<KeyRecord> records, std::size_t run_keys_max,
                                 KeyState& state) {
  SlotChange change{.slot = slot,
                    .added = PackedRun::Of(std::move(records)),
                    .rewritten = open == nullptr ? kNoRun : open->id,
                    .parts = {}};
  const PackedRun merged =
      open == nullptr ? change.added : PackedRun::Merge(open->records.view(), change.added.view());
  for (PackedRun& hand : merged.Deal(run_keys_max)) {
    const bool first = change.parts.empty();
    RunId id = change.rewritten;
    if (!first || id == kNoRun) {
      ENKS_ASSIGN(id, TakeRunId(state));
    }
    change.parts.push_back({.id = id, .slot = slot, .open = first, .records = std::move(hand)});
  }
  return change;
}

Status WriteParts(sql::Connection& connection, const SlotChange& merged, std::int64_t change) {
  for (const StoredRun& part : merged.parts) {
    ENKS_TRY(part.id == merged.rewritten ? UpdateRun(connection, part, change)
                                         : InsertRun(connection, part, change));
  }
  return absl::OkStatus();
}

Status RemoveFromRun(sql::Connection& connection, RunId id, std::vector<exposure::KeyData> keys,
                     std::int64_t change) {
  ENKS_ASSIGN(std::optional<StoredRun> run, ReadRun(connection, id));
  if (!run) return absl::AbortedError("key_run: the run to take keys from is gone");
  std::sort(keys.begin(), keys.end());
  std::vector<KeyRecord> left;
  const RunView records = run->records.view();
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!std::binary_search(keys.begin(), keys.end(), records.KeyAt(i))) {
      left.push_back(records.At(i));
    }
  }
  if (left.empty()) return DeleteRun(connection, id);
  run->records = PackedRun::Of(std::move(left));
  return UpdateRun(connection, *run, change);
}

}  // namespace enks::store::runs
