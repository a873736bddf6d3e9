#include "exports/batch_files.h"

#include <utility>

namespace enks::exports {

BatchFiles::BatchFiles(FileStore& files, const store::ExportBatch& batch, FilePlan plan,
                       std::vector<exportfile::SignerEntry> signers,
                       std::function<Status()> renew_lease)
    : files_(files),
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

Status BatchFiles::End() {
  ENKS_ASSIGN(const auto written, writer_->Finish());
  writer_.reset();
  written_.back().key_count = written.key_count;
  written_.back().size_bytes = static_cast<std::int64_t>(written.size_bytes);
  ENKS_TRY(renew_lease_());
  ENKS_TRY(pending_->Commit());
  pending_.reset();
  return absl::OkStatus();
}

}  // namespace enks::exports
