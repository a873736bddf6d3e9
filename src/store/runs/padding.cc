#include "store/runs/padding.h"

#include <map>
#include <utility>

#include "store/runs/origin_table.h"
#include "store/runs/run_tables.h"

namespace enks::store::runs {
namespace {

Status InsertClosedRuns(sql::Connection& connection, const RunSlot& slot, const PackedRun& records,
                        std::size_t run_keys_max, KeyState& state) {
  for (PackedRun& hand : records.Deal(run_keys_max)) {
    ENKS_ASSIGN(const RunId id, TakeRunId(state));
    const StoredRun run{.id = id, .slot = slot, .open = false, .records = std::move(hand)};
    ENKS_TRY(InsertRun(connection, run, state.change));
  }
  return absl::OkStatus();
}

}  // namespace

Status AddPadding(sql::Connection& connection, const Origin& origin,
                  const std::vector<exposure::AcceptedKey>& keys, std::size_t run_keys_max) {
  ENKS_TRY(CheckStorable(keys));
  ENKS_ASSIGN(KeyState state, ReadKeyState(connection));
  ENKS_ASSIGN(const std::uint32_t origin_id, InternOrigin(connection, origin));
  std::map<UnixTime, std::vector<KeyRecord>> by_release;
  for (const exposure::AcceptedKey& key : keys) {
    by_release[key.release_at].push_back(PrimaryRecord(key, origin_id));
  }
  ++state.change;
  for (auto& [release_at, records] : by_release) {
    ENKS_TRY(InsertClosedRuns(connection, {KeyPass::kPrimary, release_at},
                              PackedRun::Of(std::move(records)), run_keys_max, state));
  }
  return SaveKeyState(connection, state);
}

}  // namespace enks::store::runs
