#include "exports/index.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "exports/file_plan.h"

namespace enks::exports {
namespace {

constexpr int kAttemptsMax = 5;

}  // namespace

std::string IndexText(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text.push_back('\n');
    text += name;
  }
  return text;
}

Result<std::string> IndexWriter::Wanted(const store::ExportConfig& config) {
  ENKS_ASSIGN(const auto files, store_.IndexedFiles(config.id, clock_.Now() - file_ttl_));
  std::vector<std::string> names;
  for (const store::ExportFile& file : files) {
    // After a move to another bucket the older files cannot be reached from here any more.
    if (file.bucket == config.bucket) names.push_back(file.name);
  }
  return IndexText(std::move(names));
}

Status IndexWriter::Refresh(const store::ExportConfig& config) {
  const std::string name = ObjectName(config.filename_root, kIndexLeaf);
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    ENKS_ASSIGN(const std::string wanted, Wanted(config));
    const auto present = files_.Read(config.bucket, name);
    if (present.ok() && base::AsText(*present) == wanted) return absl::OkStatus();
    if (!present.ok() && !absl::IsNotFound(present.status())) return present.status();
    ENKS_ASSIGN(const auto file, files_.Create(config.bucket, name));
    ENKS_TRY(file->Append(base::AsBytes(wanted)));
    ENKS_TRY(file->Commit());
  }
  return absl::AbortedError(fmt::format("{} in bucket {} kept changing", name, config.bucket));
}

}  // namespace enks::exports
