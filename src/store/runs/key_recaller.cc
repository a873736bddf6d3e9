#include "store/runs/key_recaller.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "store/sql/recalls.h"

namespace enks::store::runs {
namespace {

using exposure::KeyData;

// Keys of one transaction: some ten milliseconds of the writers' lock.
constexpr std::size_t kStepKeysMax = 4096;
// Runs read at a time: about a megabyte.
constexpr std::size_t kReadRunsMax = 16;
constexpr std::chrono::hours kDay{24};

void SortOutTwins(std::vector<KeyData>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

using LineKey = std::pair<std::optional<std::int64_t>, UnixTime>;

LineKey KeyOf(const RecallForecast::Line& line) {
  return {line.health_authority_id, line.day};
}

// The line of an authority and day, in its place.
RecallForecast::Line& LineOf(RecallForecast& forecast, const LineKey& key) {
  const auto at = std::lower_bound(
      forecast.lines.begin(), forecast.lines.end(), key,
      [](const auto& line, const LineKey& wanted) { return KeyOf(line) < wanted; });
  if (at != forecast.lines.end() && KeyOf(*at) == key) return *at;
  return *forecast.lines.insert(
      at, {.health_authority_id = key.first, .day = key.second, .counts = {}});
}

}  // namespace

// Which of a run's records are selected: a question of their origins, of which there are few.
Result<bool> KeyRecaller::IsSelected(const RecallSelection& selection, std::uint32_t origin_id,
                                     UnixTime release_at, OriginsSeen& seen) {
  const auto known = seen.find(origin_id);
  if (known != seen.end()) return known->second;
  ENKS_ASSIGN(const Origin origin, session_.origins().Get(session_.connection(), origin_id));
  return seen.emplace(origin_id, Selects(selection, origin, release_at)).first->second;
}

Status KeyRecaller::CollectFrom(const RecallSelection& selection, const StoredRun& run,
                                Candidates& candidates) {
  const RunView records = run.records.view();
  OriginsSeen seen;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const KeyRecord record = records.At(i);
    ENKS_ASSIGN(const bool selected,
                IsSelected(selection, record.origin_id, run.slot.release_at, seen));
    if (!selected) continue;
    if (run.slot.pass == KeyPass::kPrimary) touched_.insert(run.slot.release_at);
    if (record.report_type != exposure::ReportType::kNegative) {
      candidates.push_back({record.key, run.slot.pass});
    }
  }
  return absl::OkStatus();
}

Result<bool> KeyRecaller::ReadNext(const RecallSelection& selection, RunId& after,
                                   Candidates& candidates) {
  ENKS_ASSIGN(const std::vector<StoredRun> runs,
              ReadRunsAfter(session_.connection(), after, kReadRunsMax));
  for (const StoredRun& run : runs) ENKS_TRY(CollectFrom(selection, run, candidates));
  if (!runs.empty()) after = runs.back().id;
  return !runs.empty();
}

Result<RecallForecast> KeyRecaller::Forecast(const RecallSelection& selection) {
  RecallForecast forecast;
  ENKS_TRY(session_.Read([&] { return JudgeAll(selection, forecast); }));
  return forecast;
}

Status KeyRecaller::JudgeAll(const RecallSelection& selection, RecallForecast& forecast) {
  RunId after = kNoRun;
  for (;;) {
    Candidates candidates;
    ENKS_ASSIGN(const bool more, ReadNext(selection, after, candidates));
    if (!more) return absl::OkStatus();
    for (const Candidate& each : candidates) ENKS_TRY(Judge(selection, each, forecast));
  }
}

// A key of which both reports are selected comes twice; it is counted with the newest.
Status KeyRecaller::Judge(const RecallSelection& selection, const Candidate& candidate,
                          RecallForecast& forecast) {
  ENKS_ASSIGN(const auto found, JudgeKey(session_, selection, candidate.key));
  if (!found || !found->verdict.Changes()) return absl::OkStatus();
  const KeyPass newest = found->revision ? KeyPass::kRevised : KeyPass::kPrimary;
  if (candidate.pass != newest) return absl::OkStatus();
  ENKS_ASSIGN(const Origin origin,
              session_.origins().Get(session_.connection(), found->newest().record.origin_id));
  const RecallCounts counts{.revoked = found->verdict.revoke ? 1 : 0,
                            .withdrawn = found->verdict.revoke ? 0 : 1};
  const UnixTime day = exposure::TruncateTo(found->newest().release_at, kDay);
  LineOf(forecast, {origin.health_authority_id, day}).counts += counts;
  forecast.total += counts;
  return absl::OkStatus();
}

Status KeyRecaller::CarryOut(const Recall& recall, UnixTime release_at,
                             const RecallProgress& progress) {
  recall_ = recall;
  release_at_ = release_at;
  progress_ = progress;
  touched_.clear();
  ENKS_TRY(RecallKeys());
  return RecallPadding();
}

// Runs are visited by number. Uploads move keys to higher numbers only (a run that is split keeps
// its number for the first part), so no key that was stored at the beginning is missed.
Status KeyRecaller::RecallKeys() {
  RunId after = kNoRun;
  for (bool more = true; more;) {
    Candidates candidates;
    ENKS_TRY(session_.Read([&]() -> Status {
      ENKS_ASSIGN(more, ReadNext(recall_.selection, after, candidates));
      return absl::OkStatus();
    }));
    std::vector<KeyData> keys;
    for (const Candidate& each : candidates) keys.push_back(each.key);
    ENKS_TRY(Step(std::move(keys), [this](RecallPlan& plan, const KeyData& key) {
      return plan.Add(recall_.selection, key);
    }));
  }
  return absl::OkStatus();
}

Status KeyRecaller::RecallPadding() {
  for (const UnixTime release_at : touched_) {
    ENKS_ASSIGN(std::vector<KeyData> keys, ChoosePadding(release_at));
    ENKS_TRY(Step(std::move(keys),
                  [](RecallPlan& plan, const KeyData& key) { return plan.AddPadding(key); }));
  }
  return absl::OkStatus();
}

Result<std::vector<KeyData>> KeyRecaller::ChoosePadding(UnixTime release_at) {
  PaddingShare share;
  ENKS_TRY(session_.Read([&] { return FillShare(release_at, share); }));
  return std::move(share).Choose(random_);
}

Status KeyRecaller::FillShare(UnixTime release_at, PaddingShare& share) {
  std::vector<StoredRun> runs;
  const RunVisitor copy = [&runs](const RunRow& run) -> Status {
    runs.push_back({run.id, run.slot, run.open, PackedRun::CopyOf(run.records)});
    return absl::OkStatus();
  };
  ENKS_TRY(VisitRunsReleasedIn(session_.connection(), KeyPass::kPrimary, release_at,
                               release_at + std::chrono::seconds(1), copy));
  for (const StoredRun& run : runs) ENKS_TRY(AddToShare(run, share));
  return absl::OkStatus();
}

Status KeyRecaller::AddToShare(const StoredRun& run, PaddingShare& share) {
  sql::Connection& connection = session_.connection();
  const RunView records = run.records.view();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const KeyRecord record = records.At(i);
    ENKS_ASSIGN(const Origin origin, session_.origins().Get(connection, record.origin_id));
    ENKS_ASSIGN(const auto revision,
                session_.catalog().Find(connection, KeyPass::kRevised, record.key));
    const bool revoked =
        revision && revision->record.report_type == exposure::ReportType::kNegative;
    share.Add(origin, record.key,
              !revision ? PaddingShare::State::kStands
              : revoked ? PaddingShare::State::kRevoked
                        : PaddingShare::State::kRevised);
  }
  return absl::OkStatus();
}

// Stages the keys in transactions of bounded size.
Status KeyRecaller::Step(std::vector<KeyData> keys, const Stage& stage) {
  SortOutTwins(keys);
  const std::span<const KeyData> all(keys);
  for (std::size_t begin = 0; begin < all.size(); begin += kStepKeysMax) {
    const auto part = all.subspan(begin, std::min(kStepKeysMax, all.size() - begin));
    RecallCounts done;
    ENKS_TRY(session_.Write([&] { return StagePart(part, stage, done); }));
    recall_.counts += done;
    if (progress_) ENKS_TRY(progress_(recall_.counts));
  }
  return absl::OkStatus();
}

// What a step did is added to the record of the recall in the same transaction, so the record is
// right wherever the recall is broken off.
Status KeyRecaller::StagePart(std::span<const KeyData> keys, const Stage& stage,
                              RecallCounts& done) {
  RecallPlan plan(session_, release_at_);
  for (const KeyData& key : keys) ENKS_TRY(stage(plan, key));
  ENKS_TRY(plan.Write(limits_.run_keys_max));
  done = plan.counts();
  return sql::AddToRecall(session_.connection(), recall_.id, done);
}

}  // namespace enks::store::runs
