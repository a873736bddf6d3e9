#include <fmt/format.h>

#include <memory>

#include "base/duration.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/table.h"

namespace enks::cli {
namespace {

using store::ExportConfig;

struct Options {
  DataOptions data;
  ExportConfig config;
  std::string period = "4h";
  std::string from = "now";
  std::string thru;
  std::int64_t max_records = 0;
};

ExportConfig Find(store::ReadOnlyStore& store, std::int64_t id) {
  for (ExportConfig& config : Require(store.ExportConfigs())) {
    if (config.id == id) return std::move(config);
  }
  throw Failure(absl::NotFoundError(fmt::format(
      "there is no export configuration {}; `enks export-config list` shows them", id)));
}

std::string IndexName(const ExportConfig& config) {
  return fmt::format("{}/{}/index.txt", config.bucket, config.filename_root);
}

void PrintConfig(const Context& context, const ExportConfig& config) {
  fmt::print(context.out,
             "id                  {}\nindex               files/{}\nperiod              {}\n"
             "output region       {}\ninput regions       {}\nexcluded regions    {}\n"
             "travelers           {}\nsignature infos     {}\nmax records         {}\n"
             "from                {}\nthru                {}\n",
             config.id, IndexName(config), base::FormatDuration(config.period),
             config.output_region, JoinNames(config.input_regions),
             JoinNames(config.exclude_regions),
             config.include_travelers    ? "included"
             : config.only_non_travelers ? "left out"
                                         : "of the region only",
             JoinIds(config.signature_info_ids),
             config.max_records_override ? std::to_string(*config.max_records_override) : "-",
             base::FormatTime(config.from), config.thru ? base::FormatTime(*config.thru) : "-");
}

void AddConfigOptions(Command command, Options& options, bool required) {
  ExportConfig& config = options.config;
  command.AddOption("--bucket", config.bucket, "Folder below the files folder").Required(required);
  command.AddOption("--root", config.filename_root, "First part of every file name")
      .Required(required);
  command.AddOption("--region", config.output_region, "Region written into the files")
      .Required(required);
  command.AddOption("--period", options.period, "Length of a window; whole windows make a day")
      .ShowDefault();
  command.AddOption("--input-region", config.input_regions,
                    "Region whose keys go in, instead of --region; repeat");
  command.AddOption("--exclude-region", config.exclude_regions,
                    "Region whose keys stay out; repeat");
  Option travelers = command.AddSwitch("--travelers", config.include_travelers,
                                       "Add keys of travelers from any region");
  command
      .AddSwitch("--only-non-travelers", config.only_non_travelers, "Leave out keys of travelers")
      .Excludes(travelers);
  command
      .AddOption("--signature-info", config.signature_info_ids,
                 "Number of a signature info that signs; repeat, at most 10")
      .Required(required);
  command.AddOption("--max-records", options.max_records,
                    "Most keys in a file, instead of export.file_max_records; 0: none");
  command.AddOption("--from", options.from, "Export keys from this time").ShowDefault();
  command.AddOption("--thru", options.thru, "Export keys until this time; none: no end");
}

std::chrono::seconds ReadPeriod(const std::string& text) {
  const auto period = base::ParseDuration(text);
  if (!period || *period % std::chrono::seconds(1) != std::chrono::nanoseconds(0)) {
    Require(absl::InvalidArgumentError(
        fmt::format("--period {}: write a duration such as 4h or 30m", text)));
  }
  return std::chrono::duration_cast<std::chrono::seconds>(*period);
}

// Copies what the command line names from the options to `config`.
void ApplyNamed(const Context& context, const Command& command, const Options& options,
                ExportConfig& config) {
  const bool fresh = config.id == 0;
  const auto named = [&](const char* option) { return fresh || command.Given(option); };
  const ExportConfig& given = options.config;
  if (named("--bucket")) config.bucket = given.bucket;
  if (named("--root")) config.filename_root = given.filename_root;
  if (named("--region")) config.output_region = given.output_region;
  if (named("--period")) config.period = ReadPeriod(options.period);
  if (named("--input-region")) config.input_regions = given.input_regions;
  if (named("--exclude-region")) config.exclude_regions = given.exclude_regions;
  if (named("--travelers")) config.include_travelers = given.include_travelers;
  if (named("--only-non-travelers")) config.only_non_travelers = given.only_non_travelers;
  if (named("--signature-info")) config.signature_info_ids = given.signature_info_ids;
  if (named("--from")) config.from = ReadTime(context, options.from, "--from");
  if (named("--max-records")) {
    config.max_records_override.reset();
    if (options.max_records > 0) config.max_records_override = options.max_records;
  }
  if (!named("--thru")) return;
  config.thru.reset();
  if (!options.thru.empty()) config.thru = ReadTime(context, options.thru, "--thru");
}

void List(Context& context, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  std::vector<std::vector<std::string>> rows;
  for (const ExportConfig& config : Require(opened.store->ExportConfigs())) {
    rows.push_back({std::to_string(config.id), config.output_region,
                    base::FormatDuration(config.period), IndexName(config),
                    JoinIds(config.signature_info_ids), base::FormatTime(config.from),
                    config.thru ? base::FormatTime(*config.thru) : "-"});
  }
  PrintTable(context.out, {"id", "region", "period", "index", "signers", "from", "thru"}, rows,
             "No export configurations yet: nothing is published. `enks export-config add "
             "--help`.");
}

}  // namespace

void AddExportConfigCommand(Command root, Context& context) {
  Command group =
      root.AddGroup("export-config", "Export configurations: which keys go into which files");
  auto options = std::make_shared<Options>();
  const auto sub = [&](const char* name, const char* help, bool with_id) {
    Command command = group.AddCommand(name, help);
    AddDataOptions(command, options->data, context);
    if (with_id) {
      command.AddOption("id", options->config.id, "Number shown by `enks export-config list`")
          .Required();
    }
    return command;
  };

  Command add = sub("add", "Add one", false);
  AddConfigOptions(add, *options, true);
  add.Action([&context, options, add] {
    auto opened = Require(OpenInstallation(context, options->data));
    ExportConfig config;
    ApplyNamed(context, add, *options, config);
    PrintConfig(context, Find(*opened.store, Require(opened.store->AddExportConfig(config))));
  });

  sub("list", "List all", false).Action([&context, options] { List(context, *options); });

  sub("show", "Show one", true).Action([&context, options] {
    auto opened = Require(OpenInstallation(context, options->data));
    PrintConfig(context, Find(*opened.store, options->config.id));
  });

  Command change = sub("change", "Change what is named, for windows to come", true);
  AddConfigOptions(change, *options, false);
  change.Action([&context, options, change] {
    auto opened = Require(OpenInstallation(context, options->data));
    ExportConfig config = Find(*opened.store, options->config.id);
    ApplyNamed(context, change, *options, config);
    Require(opened.store->UpdateExportConfig(config));
    PrintConfig(context, Find(*opened.store, config.id));
  });

  sub("remove", "Remove one that never exported; end others with change --thru", true)
      .Action([&context, options] {
        auto opened = Require(OpenInstallation(context, options->data));
        Require(opened.store->RemoveExportConfig(options->config.id));
        fmt::print(context.out, "Removed export configuration {}.\n", options->config.id);
      });
}

}  // namespace enks::cli
