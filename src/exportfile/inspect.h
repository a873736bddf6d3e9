#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exportfile/reader.h"

// What an operator wants to know about an export file before or after phones get it: the command
// `enks export inspect`. The file is public, so its keys may be shown.
namespace enks::exportfile {

// What phones take (Android; iOS is said to be the same): docs/formats/export-file.md, "Size".
inline constexpr std::uint64_t kPhoneZipBytesMax = 16'000'000;
inline constexpr std::int64_t kPhoneKeysMax = 750'000;
inline constexpr std::size_t kPhoneSignaturesMax = 10;

inline constexpr std::size_t kWireReportTypes = 6;

// The name of the format, such as `CONFIRMED_TEST`.
const char* WireReportTypeName(WireReportType type);

struct KeyListSummary {
  std::int64_t count = 0;
  std::array<std::int64_t, kWireReportTypes> by_report_type{};  // index: the number on the wire
  std::optional<exposure::Interval> first_start;                // the least rolling start
  std::optional<exposure::Interval> last_start;
};

struct ExportSummary {
  std::uint64_t zip_bytes = 0;
  ExportHeader header;
  std::vector<WireSignatureInfo> signatures;  // of export.sig; not verified
  secrets::Sha256Digest bin_digest{};
  KeyListSummary keys;
  KeyListSummary revised_keys;
  std::vector<std::string> warnings;  // a sentence each
};

ExportSummary Summarize(const ExportFileContent& content, std::uint64_t zip_bytes);

// What is odd about the file, a sentence each: phones may refuse it, or it says something that a
// server of ours would not write. Part of Summarize.
std::vector<std::string> Warnings(const ExportFileContent& content, std::uint64_t zip_bytes);

enum class ShowKeys { kNo, kYes };

// For a terminal, lines of `name: value`. Text from the file is quoted and stripped of what could
// steer the terminal.
std::string InspectText(const ExportFileContent& content, std::uint64_t zip_bytes, ShowKeys keys);

// One JSON object, for programs.
std::string InspectJson(const ExportFileContent& content, std::uint64_t zip_bytes, ShowKeys keys);

}  // namespace enks::exportfile
