#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exposure/windows.h"
#include "store/records.h"

namespace enks::exports {

// `leaf` below the filename root of a configuration.
std::string ObjectName(std::string_view filename_root, std::string_view leaf);

// How the records of one batch are spread over files, which names the files have and which times
// stand inside: spec/export-file.md section 5. A value.
class FilePlan {
 public:
  // `records` counts primary and revised keys. `reprocess_count` is REPROCESS_COUNT.
  FilePlan(const store::ExportBatch& batch, std::int64_t records, std::int64_t records_max,
           int reprocess_count);

  std::int64_t records_max() const { return records_max_; }
  std::int32_t file_count() const { return file_count_; }

  // Files are numbered from 1.
  std::string NameOf(std::int32_t file_number) const;

  // The start and end that the file says it covers. Android takes two files with the same start and
  // end for one and skips the second, so no two files that a configuration ever publishes may share
  // both: the end counts the files of a batch, and the start counts its reprocessings (divergence
  // E25; shifting the end for both would make file 2 look like file 1 reprocessed).
  exposure::Window TimesIn(std::int32_t file_number) const;

 private:
  exposure::Window named_window_;  // moved by the reprocess count
  std::string filename_root_;
  std::int64_t records_max_;
  std::int32_t file_count_;
};

// Whether a file of this batch can have such a name, under whatever file limit and REPROCESS_COUNT
// (as long as that is less than the window's seconds: beyond, the name belongs to a later window).
bool CanBeFileOf(const store::ExportBatch& batch, std::string_view name);

// The file limit of a batch: its configuration's own, or else `file_max_records`.
std::int64_t RecordsMax(const store::ExportBatch& batch, std::int64_t file_max_records);

}  // namespace enks::exports
