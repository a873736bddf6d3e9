#include "stats/answer.h"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "base/time_text.h"
#include "json/writer.h"

namespace enks::stats {
namespace {

using exposure::HourCounts;
using exposure::Platform;

std::int64_t UploadsOf(const HourCounts& counts, Platform platform) {
  return counts.uploads[static_cast<std::size_t>(platform)];
}

void WriteDistribution(std::string_view name, std::span<const std::int64_t> buckets,
                       json::Writer& writer) {
  writer.Name(name).BeginArray();
  for (const std::int64_t count : buckets) writer.Int(count);
  writer.EndArray();
}

void WriteDay(const Day& day, json::Writer& writer) {
  const HourCounts& counts = day.counts;
  writer.BeginObject();
  writer.Name("day").Text(base::FormatTime(day.start));
  writer.Name("publish_requests").BeginObject();
  writer.Name("unknown").Int(UploadsOf(counts, Platform::kUnknown));
  writer.Name("android").Int(UploadsOf(counts, Platform::kAndroid));
  writer.Name("ios").Int(UploadsOf(counts, Platform::kIos));
  writer.EndObject();
  writer.Name("total_teks_published").Int(counts.keys);
  writer.Name("requests_with_revisions").Int(counts.uploads_with_revisions);
  WriteDistribution("tek_age_distribution", counts.key_ages, writer);
  WriteDistribution("onset_to_upload_distribution", counts.onset_ages, writer);
  writer.Name("requests_missing_onset_date").Int(counts.uploads_without_onset);
  writer.EndObject();
}

}  // namespace

std::string MakeDaysBody(const std::vector<Day>& days, std::string_view padding) {
  json::Writer writer;
  writer.BeginObject();
  if (!days.empty()) {
    writer.Name("days").BeginArray();
    for (const Day& day : days) WriteDay(day, writer);
    writer.EndArray();
  }
  writer.Name("padding").Text(padding);
  writer.EndObject();
  return std::move(writer).Take();
}

std::string MakeErrorBody(std::string_view error, std::string_view code, std::string_view padding) {
  json::Writer writer;
  writer.BeginObject();
  writer.Name("error").Text(error);
  writer.Name("code").Text(code);
  writer.Name("padding").Text(padding);
  writer.EndObject();
  return std::move(writer).Take();
}

std::string MakeCsv(const std::vector<Day>& days) {
  if (days.empty()) return {};
  std::string csv =
      "day,publish_requests_unknown,publish_requests_android,publish_requests_ios,"
      "total_teks_published,requests_with_revisions,requests_missing_onset_date,"
      "tek_age_distribution,onset_to_upload_distribution\n";
  for (const Day& day : days) {
    const HourCounts& counts = day.counts;
    csv += fmt::format("{},{},{},{},{},{},{},{},{}\n", base::FormatTime(day.start).substr(0, 10),
                       UploadsOf(counts, Platform::kUnknown), UploadsOf(counts, Platform::kAndroid),
                       UploadsOf(counts, Platform::kIos), counts.keys,
                       counts.uploads_with_revisions, counts.uploads_without_onset,
                       fmt::join(counts.key_ages, "|"), fmt::join(counts.onset_ages, "|"));
  }
  return csv;
}

}  // namespace enks::stats
