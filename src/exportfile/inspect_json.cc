#include <utility>

#include "base/base64.h"
#include "base/time_text.h"
#include "exportfile/inspect.h"
#include "json/writer.h"

namespace enks::exportfile {
namespace {

using json::Writer;

void WriteInfos(std::string_view name, const std::vector<WireSignatureInfo>& infos, Writer& out) {
  out.Name(name).BeginArray();
  for (const WireSignatureInfo& info : infos) {
    out.BeginObject();
    out.Name("keyId").Text(info.key_id).Name("keyVersion").Text(info.key_version);
    out.EndObject();
  }
  out.EndArray();
}

void WriteList(std::string_view name, const KeyListSummary& list, Writer& out) {
  out.Name(name).BeginObject().Name("count").Int(list.count);
  out.Name("byReportType").BeginObject();
  for (std::size_t i = 0; i < list.by_report_type.size(); ++i) {
    out.Name(WireReportTypeName(static_cast<WireReportType>(i))).Int(list.by_report_type[i]);
  }
  out.EndObject();
  if (list.count > 0) {
    out.Name("firstRollingStart").Int(list.first_start->number);
    out.Name("lastRollingStart").Int(list.last_start->number);
  }
  out.EndObject();
}

void WriteKeys(std::string_view name, const std::vector<WireKey>& keys, Writer& out) {
  out.Name(name).BeginArray();
  for (const WireKey& key : keys) {
    out.BeginObject();
    out.Name("key").Text(base::ToBase64(key.key.bytes()));
    out.Name("rollingStart").Int(key.rolling_start.number);
    out.Name("rollingPeriod").Int(key.rolling_period);
    out.Name("transmissionRisk").Int(key.transmission_risk);
    out.Name("reportType").Text(WireReportTypeName(key.report_type));
    if (key.days_since_onset) out.Name("daysSinceOnset").Int(*key.days_since_onset);
    out.EndObject();
  }
  out.EndArray();
}

}  // namespace

std::string InspectJson(const ExportFileContent& content, std::uint64_t zip_bytes, ShowKeys keys) {
  const ExportSummary summary = Summarize(content, zip_bytes);
  Writer out;
  out.BeginObject();
  out.Name("start").Text(base::FormatTime(summary.header.start));
  out.Name("end").Text(base::FormatTime(summary.header.end));
  out.Name("region").Text(summary.header.region);
  out.Name("batchNum").Int(summary.header.batch_num);
  out.Name("batchSize").Int(summary.header.batch_size);
  WriteList("keys", summary.keys, out);
  WriteList("revisedKeys", summary.revised_keys, out);
  WriteInfos("signatureInfos", summary.header.signature_infos, out);
  WriteInfos("signatures", summary.signatures, out);
  out.Name("binSha256").Text(base::ToHex(summary.bin_digest));
  out.Name("zipBytes").Int(static_cast<std::int64_t>(zip_bytes));
  out.Name("warnings").BeginArray();
  for (const std::string& warning : summary.warnings) out.Text(warning);
  out.EndArray();
  if (keys == ShowKeys::kYes) {
    WriteKeys("keyList", content.keys, out);
    WriteKeys("revisedKeyList", content.revised_keys, out);
  }
  out.EndObject();
  return std::move(out).Take();
}

}  // namespace enks::exportfile
