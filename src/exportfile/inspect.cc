#include "exportfile/inspect.h"

#include <algorithm>

namespace enks::exportfile {
namespace {

KeyListSummary SummarizeList(const std::vector<WireKey>& keys) {
  KeyListSummary summary;
  for (const WireKey& key : keys) {
    ++summary.count;
    ++summary.by_report_type.at(static_cast<std::size_t>(key.report_type));
    summary.first_start =
        std::min(summary.first_start.value_or(key.rolling_start), key.rolling_start);
    summary.last_start =
        std::max(summary.last_start.value_or(key.rolling_start), key.rolling_start);
  }
  return summary;
}

}  // namespace

const char* WireReportTypeName(WireReportType type) {
  switch (type) {
    case WireReportType::kUnknown:
      return "UNKNOWN";
    case WireReportType::kConfirmedTest:
      return "CONFIRMED_TEST";
    case WireReportType::kConfirmedClinicalDiagnosis:
      return "CONFIRMED_CLINICAL_DIAGNOSIS";
    case WireReportType::kSelfReport:
      return "SELF_REPORT";
    case WireReportType::kRecursive:
      return "RECURSIVE";
    case WireReportType::kRevoked:
      return "REVOKED";
  }
  return "UNKNOWN";
}

ExportSummary Summarize(const ExportFileContent& content, std::uint64_t zip_bytes) {
  ExportSummary summary;
  summary.zip_bytes = zip_bytes;
  summary.header = content.header;
  for (const WireSignature& signature : content.signatures) {
    summary.signatures.push_back(signature.info);
  }
  summary.bin_digest = content.bin_digest;
  summary.keys = SummarizeList(content.keys);
  summary.revised_keys = SummarizeList(content.revised_keys);
  summary.warnings = Warnings(content, zip_bytes);
  return summary;
}

}  // namespace enks::exportfile
