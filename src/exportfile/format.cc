#include "exportfile/format.h"

namespace enks::exportfile {

// spec/export-file.md section 2, "Stored type → enum".
WireReportType ToWire(exposure::ReportType type) {
  switch (type) {
    case exposure::ReportType::kUnspecified:
      return WireReportType::kUnknown;
    case exposure::ReportType::kConfirmed:
      return WireReportType::kConfirmedTest;
    case exposure::ReportType::kLikely:
      return WireReportType::kConfirmedClinicalDiagnosis;
    case exposure::ReportType::kUserReport:
      return WireReportType::kSelfReport;
    case exposure::ReportType::kNegative:
      return WireReportType::kRevoked;
  }
  return WireReportType::kUnknown;
}

}  // namespace enks::exportfile
