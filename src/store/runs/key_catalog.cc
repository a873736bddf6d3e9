#include "store/runs/key_catalog.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace enks::store::runs {
namespace {

using exposure::KeyData;

// Runs taken over in one step: about 15 MiB, read in a fraction of a second.
constexpr std::size_t kCatchUpRunsMax = 256;

// Below this many entries those of deleted runs may stay: they are less than a megabyte.
constexpr std::size_t kSweepEntriesMin = 65536;

}  // namespace

Status KeyCatalog::Load(sql::Connection& connection) {
  ENKS_ASSIGN(const KeyState state, ReadKeyState(connection));
  cache_.Clear();
  for (const KeyPass pass : {KeyPass::kPrimary, KeyPass::kRevised}) {
    ENKS_ASSIGN(const std::int64_t keys, CountKeysOf(connection, pass));
    IndexOf(pass).Clear();
    IndexOf(pass).Reserve(static_cast<std::size_t>(keys));
  }
  // Until all of it is here, no state of the database is: a failure half-way must lead to a new
  // load and not to a catch-up.
  position_.change = kNeverLoaded;
  ENKS_TRY(VisitAllRuns(connection, [this](const RunRow& run) -> Status {
    AddEntries(run.slot.pass, run.id, run.records);
    return absl::OkStatus();
  }));
  position_ = {state.change, kAllRuns};
  sweep_above_ = std::max(kSweepEntriesMin, entries() + entries() / 4);
  return absl::OkStatus();
}

Result<KeyCatalog::Progress> KeyCatalog::CatchUp(sql::Connection& connection,
                                                 const KeyState& state) {
  // A count that went back means that the database was restored from a backup.
  if (position_.change == kNeverLoaded || state.change < position_.change) {
    return Progress::kNoStart;
  }
  if (position_ < ChangePosition{state.change, kAllRuns}) {
    ENKS_ASSIGN(ChangedRuns changed, ReadRunsChangedAfter(connection, position_, kCatchUpRunsMax));
    const bool is_part = changed.runs.size() == kCatchUpRunsMax;
    // A deletion leaves no row to be seen, so nothing older stays in the cache.
    cache_.Clear();
    Reindex(changed.runs);
    for (StoredRun& run : changed.runs) cache_.Put(std::move(run));
    position_ = is_part ? changed.last : ChangePosition{state.change, kAllRuns};
    if (is_part) return Progress::kBehind;
  }
  ENKS_TRY(SweepIfGrown(connection));
  return Progress::kCurrent;
}

void KeyCatalog::AddEntries(KeyPass pass, RunId run, const RunView& records) {
  KeyIndex& index = IndexOf(pass);
  for (std::size_t i = 0; i < records.size(); ++i) index.Add(hash_.Of(records.KeyAt(i)), run);
}

// Brings the index up to date with runs that were written together. A split moves keys from a run
// into new ones and writes all of them, so an entry that names another of these runs is out of
// date. (If CatchUp took over the old run and the new one in two steps, the entry stays: it costs
// 12 bytes, and looking into that run finds nothing.) Two keys of one hash share such an entry:
// that is why the entries are erased first and only then added, whichever of the two moved.
void KeyCatalog::Reindex(const std::vector<StoredRun>& runs) {
  std::unordered_set<RunId> written;
  for (const StoredRun& run : runs) written.insert(run.id);
  for (const StoredRun& run : runs) {
    const RunView records = run.records.view();
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::uint64_t hash = hash_.Of(records.KeyAt(i));
      for (const RunId other : IndexOf(run.slot.pass).Find(hash)) {
        if (other != run.id && written.contains(other)) IndexOf(run.slot.pass).Erase(hash, other);
      }
    }
  }
  for (const StoredRun& run : runs) AddEntries(run.slot.pass, run.id, run.records.view());
}

Result<std::optional<LocatedKey>> KeyCatalog::Find(sql::Connection& connection, KeyPass pass,
                                                   const KeyData& key) {
  const std::uint64_t hash = hash_.Of(key);
  for (const RunId id : IndexOf(pass).Find(hash)) {
    ENKS_ASSIGN(const RunCache::RunPointer run, Run(connection, id));
    if (run == nullptr) {
      IndexOf(pass).Erase(hash, id);
      continue;
    }
    if (const auto record = run->records.view().Find(key)) {
      return LocatedKey{*record, run->slot.release_at, run->id};
    }
  }
  return std::nullopt;
}

Result<RunCache::RunPointer> KeyCatalog::Run(sql::Connection& connection, RunId id) {
  if (RunCache::RunPointer cached = cache_.Find(id)) return cached;
  ENKS_ASSIGN(std::optional<StoredRun> stored, ReadRun(connection, id));
  return stored ? cache_.Put(*std::move(stored)) : nullptr;
}

Result<RunCache::RunPointer> KeyCatalog::OpenRun(sql::Connection& connection, const RunSlot& slot) {
  if (RunCache::RunPointer cached = cache_.FindOpen(slot)) return cached;
  ENKS_ASSIGN(std::optional<StoredRun> stored, ReadOpenRun(connection, slot));
  return stored ? cache_.Put(*std::move(stored)) : nullptr;
}

void KeyCatalog::Apply(std::vector<SlotChange> changes, std::int64_t change) {
  for (SlotChange& slot : changes) {
    if (slot.parts.size() == 1) {
      AddEntries(slot.slot.pass, slot.parts.front().id, slot.added.view());
    } else {
      Reindex(slot.parts);
    }
    for (StoredRun& part : slot.parts) cache_.Put(std::move(part));
  }
  position_ = {change, kAllRuns};
}

// Entries of deleted runs cost nothing but memory, so they are looked for when the index has grown
// by a quarter since the last time.
Status KeyCatalog::SweepIfGrown(sql::Connection& connection) {
  if (entries() <= sweep_above_) return absl::OkStatus();
  ENKS_ASSIGN(const std::vector<RunId> alive, ReadRunIds(connection));
  for (KeyIndex& index : index_) index.KeepOnly(alive);
  sweep_above_ = std::max(kSweepEntriesMin, entries() + entries() / 4);
  return absl::OkStatus();
}

std::size_t KeyCatalog::entries() const {
  return index_[0].size() + index_[1].size();
}

std::size_t KeyCatalog::memory() const {
  return index_[0].memory() + index_[1].memory();
}

}  // namespace enks::store::runs
