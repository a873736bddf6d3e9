#include "base/check.h"
#include "exportfile/decoder.h"
#include "exportfile/inspect.h"
#include "input.h"
#include "json/document.h"

namespace enks::fuzz {

// The messages inside an export file, without the zip whose checksums a fuzzer rarely gets right.
void Run(base::ByteView bytes) {
  exportfile::ExportFileContent content;
  const Status keys = exportfile::DecodeExport(bytes, content);
  const Status signatures = exportfile::DecodeSignatures(bytes, content);
  if (!keys.ok() && !signatures.ok()) return;
  exportfile::InspectText(content, bytes.size(), exportfile::ShowKeys::kYes);
  const std::string text =
      exportfile::InspectJson(content, bytes.size(), exportfile::ShowKeys::kYes);
  ENKS_CHECK(json::Document(text).outcome() == json::ParseOutcome::kOk);
}

}  // namespace enks::fuzz
