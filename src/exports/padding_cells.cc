#include "exports/padding_cells.h"

#include "exposure/interval.h"
#include "exposure/region.h"

namespace enks::exports {

Result<PaddingCells> PaddingCells::Load(store::ReadOnlyStore& store, exposure::Window window) {
  ENKS_ASSIGN(const auto configs, store.ExportConfigs());
  ENKS_ASSIGN(const auto batches, store.BatchesIn(window));
  return PaddingCells(configs, batches);
}

PaddingCells::PaddingCells(const std::vector<store::ExportConfig>& configs,
                           const std::vector<store::ExportBatch>& batches) {
  for (const store::ExportConfig& config : configs) {
    // The first window holds `from` (exports/batcher.h).
    schedules_.push_back({config.id, config.Selection(), config.period,
                          exposure::TruncateTo(config.from, config.period), config.thru});
  }
  for (const store::ExportBatch& batch : batches) {
    made_.push_back({batch.id, batch.settings.Selection(), batch.window});
  }
}

std::size_t PaddingCells::CellOf(const KeyGroup& group) {
  return cells_.emplace(FilesWith(group), cells_.size()).first->second;
}

PaddingCells::FileSet PaddingCells::FilesWith(const KeyGroup& group) const {
  FileSet files;
  const base::UnixTime at = group.release_at;
  for (const Schedule& schedule : schedules_) {
    const bool in_force = at >= schedule.first_start && (!schedule.thru || at < *schedule.thru);
    if (in_force && exposure::Selects(schedule.selection, group.regions, group.traveler)) {
      const base::UnixTime start = exposure::TruncateTo(at, schedule.period);
      files.push_back({Kind::kScheduled, {schedule.config_id, start}});
    }
  }
  for (const Made& made : made_) {
    const bool inside = at >= made.window.start && at < made.window.end;
    if (inside && exposure::Selects(made.selection, group.regions, group.traveler)) {
      files.push_back({Kind::kMade, {made.batch_id, made.window.start}});
    }
  }
  return files;
}

}  // namespace enks::exports
