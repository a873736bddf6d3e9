#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/runs/key_hash.h"
#include "store/runs/key_index.h"
#include "store/runs/run_cache.h"
#include "store/runs/run_tables.h"

namespace enks::store::runs {

// What a commit does to one slot: the keys it adds, and the rows that hold them afterwards.
struct SlotChange {
  RunSlot slot;
  PackedRun added;
  RunId rewritten = kNoRun;      // the open run the keys were merged into, if there was one
  std::vector<StoredRun> parts;  // all rows written; `rewritten`, if any, is the first
};

// A key and where it lies.
struct LocatedKey {
  KeyRecord record;
  UnixTime release_at;
  RunId run = kNoRun;  // kNoRun: in a commit in the making
};

// What the database holds, as far as the committer must know it: which run each key is in
// (KeyIndex), and the runs used last (RunCache). It takes over what other processes committed
// (CatchUp) and what this one did (Apply), and is never ahead of the database. Owned by the
// committer; not thread-safe.
class KeyCatalog {
 public:
  explicit KeyCatalog(const KeyHash& hash) : hash_(hash) {}

  // Reads everything anew, in the caller's transaction.
  Status Load(sql::Connection& connection);

  enum class Progress {
    kCurrent,  // nothing is missing
    kBehind,   // there is more to take over: CatchUp again
    kNoStart,  // it has to begin with Load: nothing was loaded yet, or the database went back
  };
  // Takes over the next part of what was committed since the catalog's state, in the caller's
  // transaction: a bounded number of runs, so that nobody waits long for it. `state` is what
  // ReadKeyState said in this transaction. Keys may be decided only if the transaction holds the
  // lock of the key writers and the answer was kCurrent.
  Result<Progress> CatchUp(sql::Connection& connection, const KeyState& state);

  // What the database holds of a key; nothing if it is unknown. A run that was deleted counts as
  // nothing, and the entry that named it goes.
  Result<std::optional<LocatedKey>> Find(sql::Connection& connection, KeyPass pass,
                                         const exposure::KeyData& key);

  // The run that takes the next keys of a slot; null if there is none.
  Result<RunCache::RunPointer> OpenRun(sql::Connection& connection, const RunSlot& slot);

  // Takes over a commit of this process, after it succeeded. `change` is what it set.
  void Apply(std::vector<SlotChange> changes, std::int64_t change);

  // Drops the copies of runs: one of them did not agree with its row.
  void DropCopies() { cache_.Clear(); }

  const KeyHash& hash() const { return hash_; }
  std::size_t entries() const;
  std::size_t memory() const;

 private:
  KeyIndex& IndexOf(KeyPass pass) { return index_[pass == KeyPass::kPrimary ? 0 : 1]; }
  Result<RunCache::RunPointer> Run(sql::Connection& connection, RunId id);
  void AddEntries(KeyPass pass, RunId run, const RunView& records);
  void Reindex(const std::vector<StoredRun>& runs);
  Status SweepIfGrown(sql::Connection& connection);

  // About 30 MiB with runs of 2048 keys: the open runs of a day and what revisions look up.
  static constexpr std::size_t kCachedRunsMax = 512;
  static constexpr std::int64_t kNeverLoaded = -1;
  // The number after all runs of a change.
  static constexpr RunId kAllRuns = std::numeric_limits<RunId>::max();

  const KeyHash hash_;
  std::array<KeyIndex, 2> index_;  // by pass
  RunCache cache_{kCachedRunsMax};
  ChangePosition position_{kNeverLoaded, kAllRuns};  // whatever was written up to it is in here
  std::size_t sweep_above_ = 0;  // entries beyond which deleted runs are looked for
};

}  // namespace enks::store::runs
