#include "exports/batcher.h"

#include <algorithm>

#include "exposure/windows.h"

namespace enks::exports {
namespace {

constexpr std::size_t kWindowsPerStep = 100;
// More windows than a year of hours has; what is left follows at the next call.
constexpr int kStepsMax = 100;
// How often another process may be faster before this one leaves the work to it.
constexpr int kLostRacesMax = 5;

}  // namespace

Result<BatchRun> Batcher::Run() {
  // The list is read before anything is written, so that one connection serves (defect E22).
  const auto configs = store_.ExportConfigs();
  if (!configs.ok()) {
    log_.Error("no batches were created: the configurations could not be read",
               {{"error", MessageOf(configs.status())}});
    return configs.status();
  }
  BatchRun run;
  Status first_failure;
  for (const store::ExportConfig& config : *configs) {
    // Configurations that have ended stay in: their last window may still be due (defect E23).
    if (config.from >= clock_.Now() - options_.min_window_age) continue;
    ++run.configs;
    const auto created = CatchUp(config);
    if (created.ok()) {
      run.batches_created += *created;
      continue;
    }
    log_.Error("batches could not be created",
               {{"config_id", config.id}, {"error", MessageOf(created.status())}});
    first_failure.Update(created.status());
  }
  if (!first_failure.ok()) return first_failure;
  return run;
}

base::UnixTime Batcher::FirstStart(const store::ExportConfig& config) const {
  const auto oldest_kept = clock_.Now() - options_.file_ttl;
  return exposure::TruncateTo(std::max(config.from, oldest_kept), config.period);
}

Result<int> Batcher::CatchUp(const store::ExportConfig& config) {
  ENKS_ASSIGN(auto last_end, store_.NewestBatchEnd(config.id));
  int created = 0;
  int lost_races = 0;
  for (int step = 0; step < kStepsMax; ++step) {
    const auto windows = exposure::DueWindows(
        config.period, last_end.value_or(FirstStart(config)), clock_.Now(), options_.min_window_age,
        options_.truncate_window, config.thru, kWindowsPerStep);
    if (windows.empty()) break;
    const Status stored = store_.CreateBatches(config.id, last_end, windows);
    if (stored.ok()) {
      created += static_cast<int>(windows.size());
      last_end = windows.back().end;
      continue;
    }
    if (!absl::IsAborted(stored) || ++lost_races > kLostRacesMax) return stored;
    ENKS_ASSIGN(last_end, store_.NewestBatchEnd(config.id));
  }
  if (created > 0) {
    log_.Info("batches created", {{"config_id", config.id}, {"batches", std::int64_t{created}}});
  }
  return created;
}

}  // namespace enks::exports
