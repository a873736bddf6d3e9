#include "exports/file_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "base/check.h"

namespace enks::exports {

using std::chrono::seconds;

std::string ObjectName(std::string_view filename_root, std::string_view leaf) {
  if (filename_root.empty()) return std::string(leaf);
  return fmt::format("{}/{}", filename_root, leaf);
}

std::int64_t RecordsMax(const store::ExportBatch& batch, std::int64_t file_max_records) {
  const std::int64_t own = batch.settings.max_records_override.value_or(0);
  return own > 0 ? own : std::max<std::int64_t>(file_max_records, 1);
}

FilePlan::FilePlan(const store::ExportBatch& batch, std::int64_t records, std::int64_t records_max,
                   int reprocess_count)
    : named_window_{batch.window.start + seconds(reprocess_count),
                    batch.window.end + seconds(reprocess_count)},
      filename_root_(batch.settings.filename_root),
      records_max_(records_max),
      file_count_(static_cast<std::int32_t>((records + records_max - 1) / records_max)) {}

std::string FilePlan::NameOf(std::int32_t file_number) const {
  ENKS_CHECK(file_number >= 1 && file_number <= file_count_);
  return ObjectName(filename_root_,
                    fmt::format("{}-{}-{:05}.zip", named_window_.start.time_since_epoch().count(),
                                named_window_.end.time_since_epoch().count(), file_number));
}

exposure::Window FilePlan::TimesIn(std::int32_t file_number) const {
  ENKS_CHECK(file_number >= 1 && file_number <= file_count_);
  const seconds offset(file_count_ > 1 ? file_number : 0);
  return {named_window_.start, named_window_.end + offset};
}

}  // namespace enks::exports
