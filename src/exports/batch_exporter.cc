#include "exports/batch_exporter.h"

#include <utility>

#include "exports/batch_files.h"
#include "exports/file_plan.h"

namespace enks::exports {

BatchExporter::BatchExporter(const ExportOptions& options, store::Store& store,
                             secrets::KeyManager& keys, FileStore& files, const base::Clock& clock,
                             base::Random& random, base::Log& log)
    : options_(options),
      store_(store),
      keys_(keys),
      files_(files),
      clock_(clock),
      random_(random),
      log_(log) {}

Result<ExportedBatch> BatchExporter::Export(const store::ExportBatch& batch) {
  const exposure::KeySelection selection = batch.settings.Selection();
  KeyCollector primary(store_, batch.window, store::KeyPass::kPrimary, selection,
                       kPrimaryKeysInMemoryMax);
  KeyCollector revised(store_, batch.window, store::KeyPass::kRevised, selection,
                       kRevisedKeysInMemoryMax);
  ENKS_ASSIGN(const PaddingSurvey survey, Load(batch, primary, revised));
  LogUnusable(batch, primary.unusable() + revised.unusable());
  std::vector<store::ExportFile> files;
  if (primary.count() + revised.count() > 0) {
    // Before padding, so that a batch that cannot be signed leaves nothing behind.
    ENKS_ASSIGN(const auto signers, OpenSigners(batch, store_, keys_, clock_.Now(), log_));
    if (!batch.padded) ENKS_TRY(Pad(batch, survey, primary));
    ENKS_ASSIGN(files, Write(batch, signers, primary, revised));
  }
  ENKS_TRY(store_.CompleteBatch(batch, files));

  ExportedBatch exported{static_cast<int>(files.size()), primary.count() + revised.count()};
  // Counts without padding never reach the log: they are what padding hides.
  log_.Info("batch exported", {{"batch_id", batch.id},
                               {"config_id", batch.settings.id},
                               {"files", std::int64_t{exported.files}},
                               {"keys", exported.keys}});
  return exported;
}

void BatchExporter::LogUnusable(const store::ExportBatch& batch, std::int64_t keys) {
  if (keys == 0) return;
  log_.Error("stored keys with impossible values were left out",
             {{"batch_id", batch.id}, {"keys", keys}});
}

Result<PaddingSurvey> BatchExporter::Load(const store::ExportBatch& batch, KeyCollector& primary,
                                          KeyCollector& revised) {
  ENKS_ASSIGN(auto cells, PaddingCells::Load(store_, batch.window));
  PaddingSurvey survey(std::move(cells), options_.file_min_records);
  ENKS_TRY(primary.Load(survey.OfPrimary()));
  ENKS_TRY(revised.Load(survey.OfRevised()));
  return survey;
}

Status BatchExporter::Pad(const store::ExportBatch& batch, const PaddingSurvey& survey,
                          KeyCollector& primary) {
  const PaddingLimits limits{options_.file_min_records, options_.file_padding_range};
  const auto padding = MakePadding(survey, limits, random_);
  if (padding.empty()) return absl::OkStatus();
  const Status added = store_.AddPadding(batch, padding);
  // Already padded: an earlier attempt was, although it never learned of it.
  if (!added.ok() && !absl::IsFailedPrecondition(added)) return added;
  // Also what others have added meanwhile to cells that this batch shares with theirs: every file
  // with a cell then holds the padding that first filled it, and no comparison takes it away.
  return primary.Load();
}

Result<std::vector<store::ExportFile>> BatchExporter::Write(const store::ExportBatch& batch,
                                                            const OpenedSigners& signers,
                                                            KeyCollector& primary,
                                                            KeyCollector& revised) {
  const FilePlan plan(batch, primary.count() + revised.count(),
                      RecordsMax(batch, options_.file_max_records), options_.reprocess_count);
  BatchFiles files(files_, store_, batch, plan, signers.entries,
                   [&] { return store_.RenewLease(batch, clock_.Now(), options_.lease); });
  ENKS_TRY(primary.ForEachSorted(
      [&files](const PackedKey& key) { return files.AddKey(ToWireKey(key)); }));
  ENKS_TRY(revised.ForEachSorted(
      [&files](const PackedKey& key) { return files.AddRevisedKey(ToWireKey(key)); }));
  return files.Finish();
}

}  // namespace enks::exports
