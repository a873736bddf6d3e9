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

Result<std::string> IndexWriter::Wanted(const store::ExportPlace& place) {
  ENKS_ASSIGN(const auto files, store_.IndexedFiles(place, clock_.Now() - file_ttl_));
  std::vector<std::string> names;
  for (const store::ExportFile& file : files) names.push_back(file.name);
  return IndexText(std::move(names));
}

Status IndexWriter::Refresh(const store::ExportPlace& place) {
  const std::string name = ObjectName(place.filename_root, kIndexLeaf);
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    ENKS_ASSIGN(const std::string wanted, Wanted(place));
    const auto present = files_.Read(place.bucket, name);
    if (present.ok() && base::AsText(*present) == wanted) return absl::OkStatus();
    if (!present.ok() && !absl::IsNotFound(present.status())) return present.status();
    ENKS_ASSIGN(const auto file, files_.Create(place.bucket, name));
    ENKS_TRY(file->Append(base::AsBytes(wanted)));
    ENKS_TRY(file->Commit());
  }
  return absl::AbortedError(fmt::format("{} in bucket {} kept changing", name, place.bucket));
}

}  // namespace enks::exports
