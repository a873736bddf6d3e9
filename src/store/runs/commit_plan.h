#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "exposure/revision.h"
#include "exposure/statistics.h"
#include "store/keys.h"
#include "store/runs/key_catalog.h"
#include "store/runs/origin_table.h"
#include "store/runs/run_tables.h"

namespace enks::store::runs {

// One commit in the making: decides uploads one after another, each knowing what the ones before it
// store, then writes all of it at once. Lives within one write transaction that holds the lock of
// the key writers; until Write() it changes nothing but key_origin, and the catalog never. Not
// thread-safe.
class CommitPlan {
 public:
  // `state` is what ReadKeyState said in this transaction, and `catalog` has caught up with it. All
  // must outlive the plan.
  CommitPlan(sql::Connection& connection, KeyCatalog& catalog, OriginCache& origins,
             const KeyState& state)
      : connection_(connection),
        catalog_(catalog),
        origins_(origins),
        state_(state),
        staged_keys_(/*bucket_count=*/0, catalog.hash()) {}

  // Decides one upload (exposure/revision.h) and stages what is to be stored of it. When refused,
  // or on a failure, nothing of it is staged. kDataLoss: a key of this upload could not be looked
  // up, other uploads are not concerned. Any other failure ends the transaction.
  Result<UploadOutcome> Add(const KeyUpload& upload);

  // Writes the staged keys and the new state, which is written even if no key is staged: so an
  // upload that was refused waits for the disk like one that was not. Call once.
  Status Write(std::size_t run_keys_max);

  // What Write() wrote, for KeyCatalog::Apply once the transaction is committed.
  std::vector<SlotChange> TakeChanges() { return std::move(changes_); }
  std::int64_t change() const { return state_.change; }

 private:
  // What is known of a key an upload names, staged or stored.
  struct Known {
    std::optional<LocatedKey> primary;
    std::optional<LocatedKey> revised;
  };
  struct Staged {
    RunSlot slot;
    KeyRecord record;
  };

  Result<std::optional<exposure::StoredState>> StateOf(const Known& known, const Origin& sender);
  Result<bool> IsRepeatable(const LocatedKey& stored, const Origin& sender);
  Result<Known> Find(const exposure::KeyData& key);
  Result<Staged> Stage(const exposure::AcceptedKey& key, const Known& known, const Origin& origin,
                       exposure::KeyAction action);
  Result<Origin> RevisedOrigin(const KeyRecord& primary, const Origin& revision);
  void Keep(std::vector<Staged> staged);
  void Count(const KeyUpload& upload, const exposure::Decision& decision);

  sql::Connection& connection_;
  KeyCatalog& catalog_;
  OriginCache& origins_;
  KeyState state_;
  std::map<RunSlot, std::vector<KeyRecord>> staged_;
  std::unordered_map<exposure::KeyData, Known, KeyHash> staged_keys_;
  // What the uploads add to the statistics, by authority and hour.
  std::map<std::pair<std::int64_t, UnixTime>, exposure::HourCounts> counts_;
  std::vector<SlotChange> changes_;
};

}  // namespace enks::store::runs
