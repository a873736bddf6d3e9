#include <fmt/core.h>

#include <iterator>

#include "base/base64.h"
#include "base/time_text.h"
#include "exportfile/inspect.h"
#include "exportfile/quote.h"

namespace enks::exportfile {
namespace {

std::string InfosText(const std::vector<WireSignatureInfo>& infos) {
  if (infos.empty()) return "none";
  std::string text;
  for (const WireSignatureInfo& info : infos) {
    if (!text.empty()) text += ", ";
    text += fmt::format("key id {} version {}", Quote(info.key_id), Quote(info.key_version));
  }
  return text;
}

// "CONFIRMED_TEST 5, REVOKED 1"; types without a key are left out.
std::string TypesText(const KeyListSummary& list) {
  std::string text;
  for (std::size_t i = 0; i < list.by_report_type.size(); ++i) {
    if (list.by_report_type[i] == 0) continue;
    if (!text.empty()) text += ", ";
    const auto type = static_cast<WireReportType>(i);
    text += fmt::format("{} {}", WireReportTypeName(type), list.by_report_type[i]);
  }
  return text;
}

std::string ListText(const KeyListSummary& list) {
  if (list.count == 0) return "0";
  return fmt::format(
      "{} ({}), starting in intervals {} ({}) to {} ({})", list.count, TypesText(list),
      list.first_start->number, base::FormatTime(exposure::StartOf(*list.first_start)),
      list.last_start->number, base::FormatTime(exposure::StartOf(*list.last_start)));
}

void AppendKeys(const std::vector<WireKey>& keys, std::string_view name, std::string& text) {
  for (const WireKey& key : keys) {
    fmt::format_to(std::back_inserter(text), "{} {} start {} period {} risk {} {}", name,
                   base::ToBase64(key.key.bytes()), key.rolling_start.number, key.rolling_period,
                   key.transmission_risk, WireReportTypeName(key.report_type));
    if (key.days_since_onset) text += fmt::format(" onset {}", *key.days_since_onset);
    text += '\n';
  }
}

}  // namespace

std::string InspectText(const ExportFileContent& content, std::uint64_t zip_bytes, ShowKeys keys) {
  const ExportSummary summary = Summarize(content, zip_bytes);
  const ExportHeader& header = summary.header;
  std::string text = fmt::format("window: {} to {}\n", base::FormatTime(header.start),
                                 base::FormatTime(header.end));
  text += fmt::format("region: {}\n", Quote(header.region));
  text += fmt::format("file: {} of {}\n", header.batch_num, header.batch_size);
  text += fmt::format("keys: {}\n", ListText(summary.keys));
  text += fmt::format("revised keys: {}\n", ListText(summary.revised_keys));
  text += fmt::format("announced signatures: {}\n", InfosText(header.signature_infos));
  text += fmt::format("signatures, not verified: {}\n", InfosText(summary.signatures));
  text += fmt::format("SHA-256 of export.bin: {}\n", base::ToHex(summary.bin_digest));
  text += fmt::format("size of the zip: {} bytes\n", zip_bytes);
  for (const std::string& warning : summary.warnings) text += "warning: " + warning + '\n';
  if (keys == ShowKeys::kYes) {
    AppendKeys(content.keys, "key", text);
    AppendKeys(content.revised_keys, "revised key", text);
  }
  return text;
}

}  // namespace enks::exportfile
