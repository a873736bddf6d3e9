#include "exportfile/inspect.h"
#include "exportfile/reader.h"
#include "input.h"

namespace enks::fuzz {

// A whole file: the zip, its two entries, and everything an operator can be shown of it.
void Run(base::ByteView bytes) {
  const exportfile::ReadLimits limits{
      .zip_bytes_max = 1u << 16, .bin_bytes_max = 1u << 20, .sig_bytes_max = 1u << 14};
  const auto content = exportfile::ReadExportFile(bytes, limits);
  if (!content.ok()) return;
  exportfile::InspectText(*content, bytes.size(), exportfile::ShowKeys::kYes);
  exportfile::InspectJson(*content, bytes.size(), exportfile::ShowKeys::kYes);
}

}  // namespace enks::fuzz
