#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "exposure/tek.h"

// The export file: spec/export-file.md sections 1 to 3, docs/formats/export-file.md.
namespace enks::exportfile {

inline constexpr std::string_view kHeader = "EK Export v1    ";  // 16 bytes
inline constexpr std::string_view kBinName = "export.bin";
inline constexpr std::string_view kSigName = "export.sig";
inline constexpr std::string_view kSignatureAlgorithm = "1.2.840.10045.4.3.2";

// Field 5 of TemporaryExposureKey. kUnknown is left out on the wire.
enum class WireReportType : std::int32_t {
  kUnknown = 0,
  kConfirmedTest = 1,
  kConfirmedClinicalDiagnosis = 2,
  kSelfReport = 3,
  kRecursive = 4,
  kRevoked = 5,
};
WireReportType ToWire(exposure::ReportType type);

struct WireKey {
  exposure::KeyData key;
  std::int32_t transmission_risk = 0;
  exposure::Interval rolling_start;
  std::int32_t rolling_period = exposure::kRollingPeriodMax;
  WireReportType report_type = WireReportType::kUnknown;
  std::optional<std::int32_t> days_since_onset;
  bool operator==(const WireKey&) const = default;
};

struct WireSignatureInfo {
  std::string key_version;  // left out when empty
  std::string key_id;       // left out when empty
  bool operator==(const WireSignatureInfo&) const = default;
};

// Everything of TemporaryExposureKeyExport but the keys.
struct ExportHeader {
  base::UnixTime start;
  base::UnixTime end;
  std::string region;
  std::int32_t batch_num = 1;
  std::int32_t batch_size = 1;
  std::vector<WireSignatureInfo> signature_infos;
  bool operator==(const ExportHeader&) const = default;
};

struct WireSignature {
  WireSignatureInfo info;
  std::int32_t batch_num = 1;
  std::int32_t batch_size = 1;
  base::Bytes signature;  // ASN.1 DER
};

}  // namespace enks::exportfile
