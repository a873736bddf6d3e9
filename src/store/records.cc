#include "store/records.h"

namespace enks::store {

exposure::KeySelection ExportConfig::Selection() const {
  exposure::KeySelection selection;
  selection.include_regions =
      input_regions.empty() ? std::vector<std::string>{output_region} : input_regions;
  selection.exclude_regions = exclude_regions;
  selection.include_travelers = include_travelers;
  selection.only_non_travelers = only_non_travelers;
  return selection;
}

const char* BatchStatusName(BatchStatus status) {
  switch (status) {
    case BatchStatus::kOpen:
      return "OPEN";
    case BatchStatus::kPending:
      return "PENDING";
    case BatchStatus::kComplete:
      return "COMPLETE";
    case BatchStatus::kDeleted:
      return "DELETED";
  }
  return "";
}

const char* FileStatusName(FileStatus status) {
  switch (status) {
    case FileStatus::kComplete:
      return "COMPLETE";
    case FileStatus::kDeletePending:
      return "DEL_PEND";
    case FileStatus::kDeleted:
      return "DELETED";
  }
  return "";
}

}  // namespace enks::store
