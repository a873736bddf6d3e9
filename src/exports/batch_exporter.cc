#include "exports/batch_exporter.h"

#include <algorithm>
#include <utility>

#include "exports/batch_files.h"
#include "exports/file_plan.h"

namespace enks::exports {
namespace {

using std::chrono::seconds;

static_assert(kPaddedRecordsMax <= static_cast<std::int64_t>(kKeysInMemoryMax),
              "the originals of a padded batch must fit in memory");

// At most so many reads find out when the keys of a window were released.
constexpr std::int64_t kReleaseSharesMax = 24;

// Generated keys look published in the regions that the batch selects, so that they are in it and
// in every other export of those regions (defect E3: otherwise a comparison finds them).
store::Origin PaddingOrigin(const exposure::KeySelection& selection) {
  store::Origin origin;
  for (const std::string& region : selection.include_regions) {
    const auto& excluded = selection.exclude_regions;
    if (std::find(excluded.begin(), excluded.end(), region) != excluded.end()) continue;
    origin.regions.push_back(region);
  }
  origin.generated = true;
  return origin;
}

// The parts of a window whose keys share a release time, or are taken together when there are very
// many such parts.
std::vector<exposure::Window> ReleaseSpans(const exposure::Window& window, seconds truncate) {
  const seconds length = window.end - window.start;
  seconds step = std::max(truncate, seconds(1));
  while (length / step > kReleaseSharesMax) step *= 2;
  std::vector<exposure::Window> spans;
  for (auto at = exposure::TruncateTo(window.start, step); at < window.end; at += step) {
    spans.push_back({std::max(at, window.start), std::min(at + step, window.end)});
  }
  return spans;
}

}  // namespace

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
  KeyCollector primary(store_, batch.window, store::KeyPass::kPrimary, selection);
  KeyCollector revised(store_, batch.window, store::KeyPass::kRevised, selection);
  ENKS_TRY(primary.Load());
  ENKS_TRY(revised.Load());
  LogUnusable(batch, primary.unusable() + revised.unusable());
  std::vector<store::ExportFile> files;
  if (primary.count() + revised.count() > 0) {
    // Before padding, so that a batch that cannot be signed leaves nothing behind.
    ENKS_ASSIGN(const auto signers, OpenSigners(batch, store_, keys_, clock_.Now(), log_));
    if (!batch.padded) ENKS_TRY(Pad(batch, primary, revised));
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

Status BatchExporter::Pad(const store::ExportBatch& batch, KeyCollector& primary,
                          const KeyCollector& revised) {
  const PaddingLimits limits{options_.file_min_records, options_.file_padding_range,
                             RecordsMax(batch, options_.file_max_records)};
  const std::int64_t count = PaddingCount(primary.count(), revised.count(), limits, random_);
  if (count == 0) return absl::OkStatus();
  ENKS_ASSIGN(const PaddingModel model, ModelPadding(batch, primary, revised));
  const Status added = store_.AddPadding(batch, PaddingOrigin(batch.settings.Selection()),
                                         GeneratePadding(count, model, random_));
  // Already padded: an earlier attempt was, although it never learned of it.
  if (!added.ok() && !absl::IsFailedPrecondition(added)) return added;
  return primary.Load();
}

Result<PaddingModel> BatchExporter::ModelPadding(const store::ExportBatch& batch,
                                                 const KeyCollector& primary,
                                                 const KeyCollector& revised) {
  PaddingModel model;
  model.window = batch.window;
  model.originals = primary.count() > 0 ? primary.kept() : AsFirstPublished(revised.kept());
  for (const auto& span : ReleaseSpans(batch.window, options_.truncate_window)) {
    ReleaseShare share{span.start, 0};
    ENKS_TRY(store_.ForEachKey(span, store::KeyPass::kPrimary, batch.settings.Selection(),
                               [&share](const store::ExportedKey&) {
                                 ++share.keys;
                                 return absl::OkStatus();
                               }));
    model.shares.push_back(share);
  }
  return model;
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
