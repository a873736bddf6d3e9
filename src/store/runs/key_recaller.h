#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "store/recalls.h"
#include "store/runs/padding_share.h"
#include "store/runs/recall_plan.h"
#include "store/runs/writer_session.h"
#include "store/store.h"

namespace enks::store::runs {

// Recalls keys beside whatever else writes keys, in this process or others: it reads run after run
// without a lock and takes the writers' lock only for steps of some thousand keys. It has an index
// of all keys of its own (some seconds and 200 MB for ten million), since it has to know of every
// key whether it was reported again. Not thread-safe; made for one recall.
class KeyRecaller {
 public:
  // `random` seeds the index and chooses padding; it should be fit for secrets. All outlive it.
  KeyRecaller(sql::Database& database, const StoreLimits& limits, base::Random& random,
              base::Log& log)
      : limits_(limits), random_(random), session_(database, random, log) {}

  // Store::ForecastRecall.
  Result<RecallForecast> Forecast(const RecallSelection& selection);

  // Store::CarryOutRecall. First the keys, run after run; then the padding of each release time
  // that had some of them.
  Status CarryOut(const Recall& recall, UnixTime release_at, const RecallProgress& progress);

 private:
  // Keys of which one report is selected and not negative, with the pass of that report.
  struct Candidate {
    exposure::KeyData key;
    KeyPass pass = KeyPass::kPrimary;
  };
  using Candidates = std::vector<Candidate>;
  using OriginsSeen = std::unordered_map<std::uint32_t, bool>;  // whether each is selected
  using Stage = std::function<Status(RecallPlan&, const exposure::KeyData&)>;

  // Reads the runs after `after` and moves it on; false once there are none. In a transaction.
  Result<bool> ReadNext(const RecallSelection& selection, RunId& after, Candidates& candidates);
  Result<bool> IsSelected(const RecallSelection& selection, std::uint32_t origin_id,
                          UnixTime release_at, OriginsSeen& seen);
  Status CollectFrom(const RecallSelection& selection, const StoredRun& run,
                     Candidates& candidates);
  Status JudgeAll(const RecallSelection& selection, RecallForecast& forecast);
  Status Judge(const RecallSelection& selection, const Candidate& candidate,
               RecallForecast& forecast);

  Status RecallKeys();
  Status RecallPadding();
  Result<std::vector<exposure::KeyData>> ChoosePadding(UnixTime release_at);
  Status FillShare(UnixTime release_at, PaddingShare& share);
  Status AddToShare(const StoredRun& run, PaddingShare& share);
  Status Step(std::vector<exposure::KeyData> keys, const Stage& stage);
  Status StagePart(std::span<const exposure::KeyData> keys, const Stage& stage, RecallCounts& done);

  const StoreLimits limits_;
  base::Random& random_;
  WriterSession session_;

  // Of the recall that is carried out.
  Recall recall_;
  UnixTime release_at_;
  RecallProgress progress_;
  std::set<UnixTime> touched_;  // release times of selected first publications that are out
};

}  // namespace enks::store::runs
