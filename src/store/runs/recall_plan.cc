#include "store/runs/recall_plan.h"

#include <algorithm>
#include <utility>

#include "store/runs/run_merge.h"

namespace enks::store::runs {
namespace {

using exposure::KeyData;
using exposure::StoredReport;

Result<std::optional<StoredReport>> ReportOf(WriterSession& session,
                                             const RecallSelection& selection,
                                             const std::optional<LocatedKey>& stored) {
  if (!stored) return std::optional<StoredReport>();
  ENKS_ASSIGN(const Origin origin,
              session.origins().Get(session.connection(), stored->record.origin_id));
  return std::optional<StoredReport>(
      {.report_type = stored->record.report_type,
       .selected = Selects(selection, origin, stored->release_at),
       // Whatever lies in a window that was closed may be in a file, or is about to be.
       .released = stored->release_at < session.state().closed_until});
}

Result<RecalledKey> FindKey(WriterSession& session, const KeyData& key) {
  RecalledKey found;
  ENKS_ASSIGN(found.first, session.catalog().Find(session.connection(), KeyPass::kPrimary, key));
  ENKS_ASSIGN(found.revision, session.catalog().Find(session.connection(), KeyPass::kRevised, key));
  return found;
}

}  // namespace

Result<std::optional<RecalledKey>> JudgeKey(WriterSession& session,
                                            const RecallSelection& selection, const KeyData& key) {
  ENKS_ASSIGN(RecalledKey found, FindKey(session, key));
  if (!found.first && !found.revision) return std::optional<RecalledKey>();
  ENKS_ASSIGN(const auto first, ReportOf(session, selection, found.first));
  ENKS_ASSIGN(const auto revision, ReportOf(session, selection, found.revision));
  found.verdict = exposure::DecideRecall(first, revision);
  return std::optional(std::move(found));
}

Status RecallPlan::Add(const RecallSelection& selection, const KeyData& key) {
  ENKS_ASSIGN(const std::optional<RecalledKey> found, JudgeKey(session_, selection, key));
  if (!found || !found->verdict.Changes()) return absl::OkStatus();
  if (found->verdict.drop_first) removed_[found->first->run].push_back(key);
  if (found->verdict.drop_revision) removed_[found->revision->run].push_back(key);
  if (found->verdict.revoke) Revoke(*found);
  ++(found->verdict.revoke ? counts_.revoked : counts_.withdrawn);
  return absl::OkStatus();
}

Status RecallPlan::AddPadding(const KeyData& key) {
  ENKS_ASSIGN(const RecalledKey found, FindKey(session_, key));
  if (!found.first || found.revision) return absl::OkStatus();
  Revoke(found);
  ++counts_.padding;
  return absl::OkStatus();
}

// The newest record with another report type. Its origin stays, so that the revision reaches every
// phone that was given the key, whatever regions it was published for.
void RecallPlan::Revoke(const RecalledKey& key) {
  KeyRecord record = key.newest().record;
  record.report_type = exposure::ReportType::kNegative;
  record.transmission_risk = exposure::RecalledTransmissionRisk();
  // Never before the key itself, or phones would learn of a diagnosis after its recall.
  UnixTime release_at = std::max(release_at_, session_.state().closed_until);
  if (key.first) release_at = std::max(release_at, key.first->release_at);
  revoked_[release_at].push_back(std::move(record));
}

Status RecallPlan::Write(std::size_t run_keys_max) {
  if (removed_.empty() && revoked_.empty()) return absl::OkStatus();
  sql::Connection& connection = session_.connection();
  KeyState state = session_.state();
  ++state.change;
  for (auto& [run, keys] : removed_) {
    ENKS_TRY(RemoveFromRun(connection, run, std::move(keys), state.change));
  }
  for (auto& [release_at, records] : revoked_) {
    const RunSlot slot{KeyPass::kRevised, release_at};
    // From the database and not from the catalog, which does not know what was removed just now.
    ENKS_ASSIGN(const std::optional<StoredRun> open, ReadOpenRun(connection, slot));
    ENKS_ASSIGN(const SlotChange merged, MergeIntoOpen(open ? &*open : nullptr, slot,
                                                       std::move(records), run_keys_max, state));
    ENKS_TRY(WriteParts(connection, merged, state.change));
  }
  return SaveKeyState(connection, state);
}

}  // namespace enks::store::runs
