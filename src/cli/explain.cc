#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/base64.h"
#include "base/duration.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "exportfile/reader.h"
#include "exports/file_store.h"

namespace enks::cli {
namespace {

struct Options {
  DataOptions data;
  std::string tek;
};

exposure::KeyData ReadTek(const std::string& text) {
  std::optional<base::Bytes> bytes = base::FromHex(text);
  if (!bytes || bytes->size() != exposure::KeyData::kSize) bytes = base::FromAnyBase64(text);
  const auto key = bytes ? exposure::KeyData::From(*bytes) : std::nullopt;
  if (!key) {
    Require(absl::InvalidArgumentError(
        "the TEK must be 16 bytes, written in base64 (as in an upload) or as 32 hex digits"));
  }
  return *key;
}

// Published in bypass mode, without a certificate, a key has no report type.
std::string_view ReportTypeText(exposure::ReportType type) {
  if (type == exposure::ReportType::kUnspecified) return "no report type";
  return exposure::ReportTypeName(type);
}

std::string Onset(const std::optional<std::int32_t>& days) {
  return days ? fmt::format("{:+d} days from symptom onset", *days) : "no symptom onset";
}

void PrintOrigin(const Context& context, const store::Origin& origin) {
  if (origin.generated) {
    fmt::print(context.out, "  padding   made by the export job; nobody's key\n");
    return;
  }
  fmt::print(context.out, "  app       {}\n  regions   {}{}\n  authority {}\n", origin.app,
             JoinNames(origin.regions), origin.traveler ? " (traveler)" : "",
             origin.health_authority_id ? fmt::format("{} (kid {})", *origin.health_authority_id,
                                                      origin.certificate_key_version)
                                        : "none: published without a certificate");
}

void PrintRelease(const Context& context, base::UnixTime release, base::UnixTime now) {
  fmt::print(context.out, "  release   {}{}\n", base::FormatTime(release),
             release > now ? " (embargoed until then: the key may still be broadcast)" : "");
}

bool Holds(const exportfile::ExportFileContent& content, const exposure::KeyData& key) {
  const auto is_key = [&key](const exportfile::WireKey& wire) { return wire.key == key; };
  return std::ranges::any_of(content.keys, is_key) ||
         std::ranges::any_of(content.revised_keys, is_key);
}

// Which of the batch's files really holds the key: the files are read, not the book-keeping.
std::string FileWith(const exposure::KeyData& key, const std::vector<store::ExportFile>& records,
                     exports::FileStore& files) {
  std::string missing;
  for (const store::ExportFile& record : records) {
    const auto bytes = files.Read(record.bucket, record.name);
    const auto content = bytes.ok() ? exportfile::ReadExportFile(*bytes, {})
                                    : Result<exportfile::ExportFileContent>(bytes.status());
    if (content.ok() && Holds(*content, key)) return record.bucket + "/" + record.name;
    if (!content.ok()) missing = fmt::format(" ({} cannot be read)", record.name);
  }
  return (records.empty() ? "no files" : "not found in its files") + missing;
}

void ExplainConfig(const Context& context, const Installation& opened, exports::FileStore& files,
                   const store::ExportConfig& config, const exposure::KeyData& key,
                   base::UnixTime release, const store::Origin& origin) {
  const std::string name = fmt::format("  config {:<3}", config.id);
  if (!exposure::Selects(config.Selection(), origin.regions, origin.traveler)) {
    fmt::print(context.out, "{}not selected: regions do not match\n", name);
    return;
  }
  for (const store::ExportBatch& batch : Require(opened.store->Batches(config.id, release))) {
    if (release < batch.window.start || release >= batch.window.end) continue;
    const auto records = Require(opened.store->FilesOfBatch(batch.id));
    fmt::print(context.out, "{}batch {} ({} to {}), {}: {}\n", name, batch.id,
               base::FormatTime(batch.window.start), base::FormatTime(batch.window.end),
               store::BatchStatusName(batch.status),
               batch.status == store::BatchStatus::kComplete ? FileWith(key, records, files)
                                                             : "no file yet");
    return;
  }
  fmt::print(context.out, "{}no batch covers its release time yet\n", name);
}

void Explain(Context& context, const Options& options) {
  const exposure::KeyData key = ReadTek(options.tek);
  auto opened = Require(OpenInstallation(context, options.data));
  const auto history = opened.store->Explain(key);
  if (absl::IsNotFound(history.status())) {
    fmt::print(context.out,
               "This key is not stored. It was never accepted, or it was deleted {} after its "
               "release (the setting export.file_ttl).\n",
               base::FormatDuration(opened.settings.exports.file_ttl));
    return;
  }
  Require(history.status());
  const base::UnixTime now = context.clock.Now();
  fmt::print(context.out, "Published as {}\n", ReportTypeText(history->report_type));
  fmt::print(context.out, "  valid     {} for {} intervals of 10 minutes\n",
             base::FormatTime(exposure::StartOf(history->rolling_start)), history->rolling_period);
  fmt::print(context.out, "  risk      {}, {}\n", history->transmission_risk,
             Onset(history->days_since_onset));
  PrintRelease(context, history->release_at, now);
  PrintOrigin(context, history->origin);
  const auto files = exports::MakeFolderStore(opened.settings.Resolve(opened.settings.files_folder),
                                              context.files);
  const auto configs = Require(opened.store->ExportConfigs());
  for (const store::ExportConfig& config : configs) {
    ExplainConfig(context, opened, *files, config, key, history->release_at, history->origin);
  }
  if (!history->revision) return;
  fmt::print(context.out, "Revised to {}\n",
             exposure::ReportTypeName(history->revision->report_type));
  PrintRelease(context, history->revision->release_at, now);
  PrintOrigin(context, history->revision->origin);
  for (const store::ExportConfig& config : configs) {
    ExplainConfig(context, opened, *files, config, key, history->revision->release_at,
                  history->revision->origin);
  }
}

}  // namespace

void AddExplainCommand(Command root, Context& context) {
  auto options = std::make_shared<Options>();
  Command command = root.AddCommand(
      "explain", "Where a key is and why: accepted when, embargoed until, in which batch and file");
  command.Footer("Example: enks explain z2Cx9hdz2SlxZ8GEgqTYpA==");
  AddDataOptions(command, options->data, context);
  command.AddOption("tek", options->tek, "16 bytes in base64 or hex").Required();
  command.Action([&context, options] { Explain(context, *options); });
}

}  // namespace enks::cli
