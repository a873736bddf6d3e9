#include "store/runs/commit_plan.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "store/runs/run_merge.h"
#include "store/sql/authority_hours.h"

namespace enks::store::runs {
namespace {

using exposure::AcceptedKey;
using exposure::Decision;
using exposure::KeyAction;
using exposure::KeyData;
using exposure::Refusal;
using exposure::StoredState;

constexpr std::chrono::seconds kHour{3600};

UploadOutcome OutcomeOf(Decision decision) {
  return {.refusal = decision.refusal,
          .from = decision.from,
          .to = decision.to,
          .inserted = decision.inserted,
          .revised = decision.revised,
          .dropped = decision.dropped,
          .token_entries = std::move(decision.token_entries)};
}

}  // namespace

// What is stored of a key, as it matters for an upload of `sender`.
Result<std::optional<StoredState>> CommitPlan::StateOf(const Known& known, const Origin& sender) {
  if (!known.primary) return std::optional<StoredState>();
  const KeyRecord& primary = known.primary->record;
  StoredState state;
  state.rolling_start = primary.rolling_start;
  state.rolling_period = primary.rolling_period;
  state.report_type = primary.report_type;
  if (known.revised) state.revised_to = known.revised->record.report_type;
  ENKS_ASSIGN(state.repeatable, IsRepeatable(*known.primary, sender));
  return std::optional(state);
}

Result<bool> CommitPlan::IsRepeatable(const LocatedKey& stored, const Origin& sender) {
  if (stored.release_at < state_.closed_until) return false;
  ENKS_ASSIGN(const Origin origin, origins_.Get(connection_, stored.record.origin_id));
  return !origin.generated && origin.app == sender.app && origin.traveler == sender.traveler &&
         origin.health_authority_id == sender.health_authority_id;
}

Result<UploadOutcome> CommitPlan::Add(const KeyUpload& upload) {
  std::vector<Known> known;
  std::vector<std::optional<StoredState>> states;
  for (const AcceptedKey& key : upload.keys) {
    ENKS_ASSIGN(known.emplace_back(), Find(key.key));
    ENKS_ASSIGN(states.emplace_back(), StateOf(known.back(), upload.origin));
  }

  Decision decision = exposure::Decide(upload.keys, states, upload.policy);
  if (decision.refusal != Refusal::kNone) return OutcomeOf(std::move(decision));
  ENKS_CHECK(decision.actions.size() == upload.keys.size());
  std::vector<Staged> staged;
  for (std::size_t i = 0; i < upload.keys.size(); ++i) {
    const KeyAction action = decision.actions[i];
    if (action != KeyAction::kInsert && action != KeyAction::kRevise) continue;
    ENKS_ASSIGN(staged.emplace_back(), Stage(upload.keys[i], known[i], upload.origin, action));
  }
  Keep(std::move(staged));
  Count(upload, decision);
  return OutcomeOf(std::move(decision));
}

Result<CommitPlan::Known> CommitPlan::Find(const KeyData& key) {
  const auto staged = staged_keys_.find(key);
  Known known = staged == staged_keys_.end() ? Known{} : staged->second;
  if (!known.primary) {
    ENKS_ASSIGN(known.primary, catalog_.Find(connection_, KeyPass::kPrimary, key));
  }
  if (known.primary && !known.revised) {
    ENKS_ASSIGN(known.revised, catalog_.Find(connection_, KeyPass::kRevised, key));
  }
  return known;
}

Result<CommitPlan::Staged> CommitPlan::Stage(const AcceptedKey& key, const Known& known,
                                             const Origin& origin, KeyAction action) {
  // A window that was closed never receives another key (store.h): the next one does.
  const UnixTime release_at = std::max(key.release_at, state_.closed_until);
  if (action == KeyAction::kInsert) {
    ENKS_CHECK(!known.primary);
    ENKS_ASSIGN(const std::uint32_t origin_id, origins_.Intern(connection_, origin));
    return Staged{{KeyPass::kPrimary, release_at}, PrimaryRecord(key, origin_id)};
  }
  ENKS_CHECK(known.primary && !known.revised);  // a key can be revised once
  const KeyRecord& primary = known.primary->record;
  ENKS_ASSIGN(const Origin revised_origin, RevisedOrigin(primary, origin));
  ENKS_ASSIGN(const std::uint32_t origin_id, origins_.Intern(connection_, revised_origin));
  return Staged{{KeyPass::kRevised, release_at}, RevisedRecord(primary, key, origin_id)};
}

// Who vouched for the revision, with the regions of both uploads (divergence P7). Whether the key
// is a traveler's stays as first published (spec/publish.md section 10): were it to change, a
// revision would not reach every phone that was given the key.
Result<Origin> CommitPlan::RevisedOrigin(const KeyRecord& primary, const Origin& revision) {
  ENKS_ASSIGN(const Origin first, origins_.Get(connection_, primary.origin_id));
  Origin origin = revision;
  origin.traveler = first.traveler;
  origin.regions.clear();
  std::set_union(first.regions.begin(), first.regions.end(), revision.regions.begin(),
                 revision.regions.end(), std::back_inserter(origin.regions));
  return origin;
}

void CommitPlan::Keep(std::vector<Staged> staged) {
  for (Staged& key : staged) {
    Known& known = staged_keys_[key.record.key];
    (key.slot.pass == KeyPass::kPrimary ? known.primary : known.revised) =
        LocatedKey{key.record, key.slot.release_at, kNoRun};
    staged_[key.slot].push_back(std::move(key.record));
  }
}

void CommitPlan::Count(const KeyUpload& upload, const Decision& decision) {
  if (!upload.facts || !upload.origin.health_authority_id) return;
  const auto counts = exposure::CountUpload(*upload.facts, upload.keys, decision);
  if (!counts) return;
  const UnixTime hour = exposure::TruncateTo(upload.facts->received_at, kHour);
  counts_[{*upload.origin.health_authority_id, hour}] += *counts;
}

Status CommitPlan::Write(std::size_t run_keys_max) {
  ++state_.change;
  for (auto& [slot, records] : staged_) {
    ENKS_ASSIGN(const RunCache::RunPointer open, catalog_.OpenRun(connection_, slot));
    ENKS_ASSIGN(SlotChange change,
                MergeIntoOpen(open.get(), slot, std::move(records), run_keys_max, state_));
    ENKS_TRY(WriteParts(connection_, change, state_.change));
    changes_.push_back(std::move(change));
  }
  for (const auto& [place, counts] : counts_) {
    ENKS_TRY(sql::AddToHour(connection_, place.first, place.second, counts));
  }
  return SaveKeyState(connection_, state_);
}

}  // namespace enks::store::runs
