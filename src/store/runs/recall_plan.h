#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "base/result.h"
#include "exposure/recall.h"
#include "store/recalls.h"
#include "store/runs/writer_session.h"

namespace enks::store::runs {

// What is stored of a key, and what a recall makes of it. At least one record is there.
struct RecalledKey {
  std::optional<LocatedKey> first;
  std::optional<LocatedKey> revision;
  exposure::RecallVerdict verdict;

  const LocatedKey& newest() const { return revision ? *revision : *first; }
};

// Looks a key up and asks exposure/recall.h, in the session's transaction, which for a dry run may
// be one that only reads. Nothing if the key is not stored (any more).
Result<std::optional<RecalledKey>> JudgeKey(WriterSession& session,
                                            const RecallSelection& selection,
                                            const exposure::KeyData& key);

// One step of a recall in the making: within one write transaction of the session, like CommitPlan.
// An older revision leaves its run in the same transaction in which the new one is added, so no
// snapshot, and so no export, ever holds two revisions of a key. Each key is added once.
class RecallPlan {
 public:
  // Revisions are released at `release_at`, or where a closed window or an embargo moves them.
  RecallPlan(WriterSession& session, UnixTime release_at)
      : session_(session), release_at_(release_at) {}

  // Stages what the selection makes of the key now; others may have reported it meanwhile.
  Status Add(const RecallSelection& selection, const exposure::KeyData& key);
  // Stages the revocation of a padding key that was not revised before.
  Status AddPadding(const exposure::KeyData& key);

  // Writes the staged changes, if there are any. Call once.
  Status Write(std::size_t run_keys_max);

  const RecallCounts& counts() const { return counts_; }

 private:
  void Revoke(const RecalledKey& key);

  WriterSession& session_;
  const UnixTime release_at_;
  std::map<RunId, std::vector<exposure::KeyData>> removed_;
  std::map<UnixTime, std::vector<KeyRecord>> revoked_;  // by release time
  RecallCounts counts_;
};

}  // namespace enks::store::runs
