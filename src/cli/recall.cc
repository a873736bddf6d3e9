#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/recall_list.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "recall/due_files.h"
#include "recall/recaller.h"

namespace enks::cli {
namespace {

using store::HealthAuthority;

constexpr const char* kFooter =
    "Stop the source first, or it goes on publishing:\n"
    "  enks authority revoke-key 1 v1\n"
    "Then look, and then act:\n"
    "  enks recall --authority iss.example --key-version v1 --reason \"key stolen\" --dry-run\n"
    "  enks recall --authority iss.example --key-version v1 --reason \"key stolen\"\n\n"
    "Selectors narrow the choice: a key is recalled if all that are given fit its newest report.\n"
    "Published keys are revised to negative, and the warning goes away on every phone that reads\n"
    "the next export files. Keys that no export file can hold yet are deleted. Times are release\n"
    "times, the only ones that are kept: the hour of the upload or, for the key of the day of the\n"
    "upload, an hour after that day. A recall that was broken off is run again and does the rest.";

// Selected keys between two lines of progress.
constexpr std::int64_t kProgressKeys = 100'000;

struct Options {
  DataOptions data;
  std::string authority;
  std::string key_version;
  std::string app;
  std::string from;
  std::string thru;
  std::string reason;
  std::string operator_name;
  bool dry_run = false;
  bool yes = false;
  bool list = false;
};

std::optional<std::int64_t> AsNumber(const std::string& text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// By issuer or by number. A number need not be that of an authority that is there: the keys of one
// that was removed stay until they expire.
HealthAuthority FindAuthority(store::ReadOnlyStore& store, const std::string& text) {
  const std::optional<std::int64_t> number = AsNumber(text);
  for (HealthAuthority& authority : Require(store.HealthAuthorities())) {
    if (authority.issuer == text || authority.id == number) return std::move(authority);
  }
  if (!number) {
    Require(absl::NotFoundError(fmt::format(
        "there is no health authority with the issuer {}; `enks authority list` shows them",
        text)));
  }
  HealthAuthority removed;
  removed.id = *number;
  return removed;
}

store::Recall ReadRequest(const Context& context, const Options& options,
                          const std::optional<HealthAuthority>& authority) {
  store::Recall request;
  request.operator_name =
      options.operator_name.empty() ? OperatorName(context) : options.operator_name;
  request.reason = options.reason;
  store::RecallSelection& selection = request.selection;
  if (authority) {
    selection.health_authority_id = authority->id;
    request.issuer = authority->issuer;
  }
  selection.certificate_key_version = options.key_version;
  selection.app = StoredAppName(options.app);
  if (!options.from.empty()) selection.released_from = ReadTime(context, options.from, "--from");
  if (!options.thru.empty()) selection.released_thru = ReadTime(context, options.thru, "--thru");
  if (selection == store::RecallSelection()) {
    Require(absl::InvalidArgumentError(
        "say what to recall: --authority, --key-version, --app, --from, --thru"));
  }
  Require(store::CheckSelection(selection));
  Require(recall::CheckText("--reason", request.reason));
  Require(recall::CheckText("--operator", request.operator_name));
  return request;
}

void PrintForecast(const Context& context, const store::RecallForecast& forecast) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& line : forecast.lines) {
    rows.push_back({line.health_authority_id ? std::to_string(*line.health_authority_id) : "-",
                    base::FormatTime(line.day).substr(0, 10), std::to_string(line.counts.revoked),
                    std::to_string(line.counts.withdrawn)});
  }
  PrintTable(context.out, {"authority", "released on", "to revoke", "to delete unpublished"}, rows,
             "No key is selected that is not recalled already.");
  fmt::print(context.out, "{} keys to be revoked, {} to be deleted before anybody sees them.\n",
             forecast.total.revoked, forecast.total.withdrawn);
}

// Uploads under what is recalled may still come in.
void WarnOfOpenSource(const Context& context, const HealthAuthority& authority,
                      const store::Recall& request) {
  const std::string& version = request.selection.certificate_key_version;
  const base::UnixTime now = context.clock.Now();
  for (const store::HealthAuthorityKey& key : authority.keys) {
    if (key.thru && now >= *key.thru) continue;
    if (!version.empty() && key.version != version) continue;
    fmt::print(context.err,
               "Note: key {} of health authority {} still vouches for uploads. To end that: "
               "enks authority revoke-key {} {}\n",
               key.version, authority.id, authority.id, key.version);
  }
}

void PrintDueFiles(const Context& context, const Installation& opened, base::UnixTime release_at) {
  for (const store::ExportConfig& config : Require(opened.store->ExportConfigs())) {
    const auto due = recall::FilesDue(config, release_at, opened.settings.exports.min_window_age,
                                      opened.settings.exports.truncate_window);
    fmt::print(context.out, "  {}/{}: {}\n", config.bucket, config.filename_root,
               due ? "files due from " + base::FormatTime(*due) : "has ended, no more files");
  }
}

void CarryOut(Context& context, const Installation& opened, const store::Recall& request) {
  std::int64_t told = 0;
  const auto progress = [&](const store::RecallCounts& counts) -> Status {
    const std::int64_t keys = counts.revoked + counts.withdrawn + counts.padding;
    if (keys >= told + kProgressKeys) {
      told = keys;
      fmt::print(context.err, "  {} keys so far\n", keys);
    }
    return absl::OkStatus();
  };
  recall::Recaller recaller(*opened.store, context.clock, opened.settings.exports.truncate_window);
  const auto outcome = Require(recaller.Run(request, progress));
  const store::RecallCounts& counts = outcome.recall.counts;
  fmt::print(context.out,
             "Recall {} is done: {} keys revoked and {} deleted unpublished; {} padding keys went "
             "with them.\n",
             outcome.recall.id, counts.revoked, counts.withdrawn, counts.padding);
  if (counts.revoked == 0) return;
  fmt::print(context.out, "Phones learn of the revoked keys with the next files:\n");
  PrintDueFiles(context, opened, outcome.release_at);
}

// An empty selector fits everything. A script whose variable is not set must not recall more than
// it says, for there is no way back.
void RefuseEmptySelectors(const Command& command, const Options& options) {
  const std::pair<const char*, const std::string&> selectors[] = {
      {"--authority", options.authority},
      {"--key-version", options.key_version},
      {"--app", options.app},
      {"--from", options.from},
      {"--thru", options.thru}};
  for (const auto& [name, value] : selectors) {
    if (!command.Given(name) || !value.empty()) continue;
    Require(absl::InvalidArgumentError(
        fmt::format("{} is empty: say what it selects, or leave it out", name)));
  }
}

void Recall(Context& context, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  if (options.list) return PrintRecalls(context, *opened.store);
  std::optional<HealthAuthority> authority;
  if (!options.authority.empty()) authority = FindAuthority(*opened.store, options.authority);
  const store::Recall request = ReadRequest(context, options, authority);
  const auto forecast = Require(opened.store->ForecastRecall(request.selection));
  PrintForecast(context, forecast);
  if (authority) WarnOfOpenSource(context, *authority, request);
  if (options.dry_run) return;
  if (!options.yes &&
      !Require(Confirm(context, "Recall them? It cannot be undone.",
                       "look with --dry-run, then confirm with --yes. Nothing was recalled"))) {
    Require(absl::CancelledError("nothing was recalled"));
  }
  CarryOut(context, opened, request);
}

void AddSelectors(Command command, Options& options) {
  Option authority = command.AddOption("--authority", options.authority,
                                       "Issuer or number of the health authority that vouched");
  command
      .AddOption("--key-version", options.key_version,
                 "kid of the authority's key that signed the certificates")
      .Needs(authority);
  command.AddOption("--app", options.app, "healthAuthorityID of the app that published");
  command.AddOption("--from", options.from, "Released at or after this time");
  command.AddOption("--thru", options.thru, "Released before this time");
}

}  // namespace

void AddRecallCommand(Command root, Context& context) {
  auto options = std::make_shared<Options>();
  Command command = root.AddCommand(
      "recall", "Take back wrongly published keys of an authority, its key, an app or a time");
  command.Footer(kFooter);
  AddDataOptions(command, options->data, context);
  AddSelectors(command, *options);
  command.AddOption("--reason", options->reason, "Why, for the record; needed");
  command.AddOption("--operator", options->operator_name,
                    "Who, for the record; none: the user of this system");
  command.AddFlag("--dry-run", options->dry_run, "Count what would be recalled, change nothing");
  command.AddFlag("--yes", options->yes, "Do not ask");
  command.AddFlag("--list", options->list, "Show the record of all recalls instead");
  command.Action([&context, options, command] {
    RefuseEmptySelectors(command, *options);
    Recall(context, *options);
  });
}

}  // namespace enks::cli
