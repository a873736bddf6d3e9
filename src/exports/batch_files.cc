#include "exports/batch_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace enks::exports {
namespace {

// The number of a batch's first lease (ExportBatch::lease): nobody can have left anything.
constexpr std::int64_t kFirstLease = 1;

}  // namespace

BatchFiles::BatchFiles(FileStore& files, store::ReadOnlyStore& store,
                       const store::ExportBatch& batch, FilePlan plan,
                       std::vector<exportfile::SignerEntry> signers,
                       std::function<Status()> renew_lease)
    : files_(files),
      store_(store),
      batch_(batch),
      plan_(std::move(plan)),
      signers_(std::move(signers)),
      renew_lease_(std::move(renew_lease)) {}

Status BatchFiles::AddKey(const exportfile::WireKey& key) {
  ENKS_TRY(MakeRoom());
  ENKS_TRY(writer_->AddKey(key));
  return Counted();
}

Status BatchFiles::AddRevisedKey(const exportfile::WireKey& key) {
  ENKS_TRY(MakeRoom());
  ENKS_TRY(writer_->AddRevisedKey(key));
  return Counted();
}

Result<std::vector<store::ExportFile>> BatchFiles::Finish() {
  if (writer_) ENKS_TRY(End());
  if (static_cast<std::int32_t>(written_.size()) != plan_.file_count()) {
    return absl::AbortedError("the keys of the window changed while they were written");
  }
  if (batch_.lease > kFirstLease) ENKS_TRY(RemoveLeftovers());
  return std::move(written_);
}

Status BatchFiles::MakeRoom() {
  return writer_ ? absl::OkStatus() : Begin();
}

Status BatchFiles::Counted() {
  ++records_;
  return records_ < plan_.records_max() ? absl::OkStatus() : End();
}

Status BatchFiles::Begin() {
  const auto number = static_cast<std::int32_t>(written_.size()) + 1;
  if (number > plan_.file_count()) {
    return absl::AbortedError("the keys of the window changed while they were written");
  }
  store::ExportFile file;
  file.batch_id = batch_.id;
  file.config_id = batch_.settings.id;
  file.bucket = batch_.settings.bucket;
  file.name = plan_.NameOf(number);
  file.window = batch_.window;
  file.region = batch_.settings.output_region;
  file.file_number = number;
  file.file_count = plan_.file_count();
  ENKS_TRY(ExpectUnrecorded(file));
  ENKS_ASSIGN(pending_, files_.Create(file.bucket, file.name));

  exportfile::ExportHeader header;
  header.start = plan_.TimesIn(number).start;
  header.end = plan_.TimesIn(number).end;
  header.region = file.region;
  ENKS_ASSIGN(writer_, exportfile::ExportWriter::Begin(*pending_, std::move(header), signers_));
  written_.push_back(std::move(file));
  records_ = 0;
  return absl::OkStatus();
}

// Whoever has a record is in an index, and phones have seen it.
Status BatchFiles::ExpectUnrecorded(const store::ExportFile& file) {
  ENKS_ASSIGN(const auto recorded, store_.FindFile(file.bucket, file.name));
  if (!recorded) return absl::OkStatus();
  if (recorded->batch_id == batch_.id) {
    return absl::AbortedError(fmt::format("batch {} was completed by another worker", batch_.id));
  }
  return absl::FailedPreconditionError(fmt::format(
      "{} in bucket {} is a file of batch {} of export configuration {} and was not replaced; give "
      "export configuration {} a filename root of its own, and raise export.reprocess_count so "
      "that "
      "batch {} gets other names",
      file.name, file.bucket, recorded->batch_id, recorded->config_id, batch_.settings.id,
      batch_.id));
}

Status BatchFiles::End() {
  ENKS_ASSIGN(const auto written, writer_->Finish());
  writer_.reset();
  written_.back().key_count = written.key_count;
  written_.back().size_bytes = static_cast<std::int64_t>(written.size_bytes);
  // What takes long comes before the question, so that the move follows at once.
  ENKS_TRY(pending_->Sync());
  ENKS_TRY(renew_lease_());
  ENKS_TRY(pending_->Commit());
  pending_.reset();
  return absl::OkStatus();
}

// An attempt that ended half-way may have had more files, or under another REPROCESS_COUNT other
// names. Nobody else would ever remove them, since nothing records them.
Status BatchFiles::RemoveLeftovers() {
  ENKS_TRY(renew_lease_());
  const store::ExportPlace place = batch_.settings.Place();
  ENKS_ASSIGN(const auto names, files_.List(place.bucket, place.filename_root));
  for (const std::string& name : names) {
    ENKS_ASSIGN(const bool is_leftover, IsLeftover(name));
    if (is_leftover) ENKS_TRY(files_.Remove(place.bucket, name));
  }
  return absl::OkStatus();
}

Result<bool> BatchFiles::IsLeftover(const std::string& name) {
  const auto has_name = [&name](const store::ExportFile& file) { return file.name == name; };
  if (!CanBeFileOf(batch_, name) || std::ranges::any_of(written_, has_name)) return false;
  ENKS_ASSIGN(const auto recorded, store_.FindFile(batch_.settings.bucket, name));
  return !recorded.has_value();
}

}  // namespace enks::exports
