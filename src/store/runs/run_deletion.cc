#include "store/runs/run_deletion.h"

#include <vector>

#include "store/runs/run_tables.h"
#include "store/sql/transaction.h"

namespace enks::store::runs {
namespace {

// Runs deleted in one transaction: about 2 MB, some milliseconds of the writers' lock.
constexpr std::int64_t kStepRunsMax = 32;
constexpr int kAttemptsMax = 5;

struct Step {
  std::size_t runs = 0;
  std::int64_t keys = 0;
};

// Deletes the runs, and counts as a change, so that every process looks and drops what it holds of
// deleted runs (KeyCatalog::CatchUp).
Result<Step> DeleteSome(sql::Connection& connection, UnixTime cutoff) {
  ENKS_TRY(connection.LockKeyWriters());
  ENKS_ASSIGN(KeyState state, ReadKeyState(connection));
  Step step;
  for (const KeyPass pass : {KeyPass::kPrimary, KeyPass::kRevised}) {
    const std::int64_t count_max = kStepRunsMax - static_cast<std::int64_t>(step.runs);
    ENKS_ASSIGN(const std::vector<RunSize> runs,
                ReadRunsReleasedBefore(connection, pass, cutoff, count_max));
    step.runs += runs.size();
    for (const RunSize& run : runs) {
      ENKS_TRY(DeleteRun(connection, run.id));
      if (pass == KeyPass::kPrimary) step.keys += run.keys;
    }
  }
  if (step.runs == 0) return step;
  ++state.change;
  ENKS_TRY(SaveKeyState(connection, state));
  return step;
}

Result<Step> DeleteSomeAndCommit(sql::Connection& connection, UnixTime cutoff) {
  Step step;
  ENKS_TRY(sql::InTransaction(connection, sql::TransactionKind::kWrite, [&]() -> Status {
    ENKS_ASSIGN(step, DeleteSome(connection, cutoff));
    return absl::OkStatus();
  }));
  return step;
}

Result<Step> DeleteSomeWithRetries(sql::Connection& connection, UnixTime cutoff) {
  Result<Step> step = DeleteSomeAndCommit(connection, cutoff);
  for (int attempt = 1; attempt < kAttemptsMax && absl::IsAborted(step.status()); ++attempt) {
    step = DeleteSomeAndCommit(connection, cutoff);
  }
  return step;
}

}  // namespace

Result<std::int64_t> DeleteRunsBefore(sql::Connection& connection, UnixTime cutoff) {
  std::int64_t keys = 0;
  for (;;) {
    ENKS_ASSIGN(const Step step, DeleteSomeWithRetries(connection, cutoff));
    if (step.runs == 0) return keys;
    keys += step.keys;
  }
}

}  // namespace enks::store::runs
