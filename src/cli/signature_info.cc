#include <fmt/format.h>

#include <memory>

#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/table.h"

namespace enks::cli {
namespace {

using store::SignatureInfo;

struct Options {
  DataOptions data;
  SignatureInfo info;
  std::string from = "now";
  std::string thru;
};

SignatureInfo Find(store::ReadOnlyStore& store, std::int64_t id) {
  for (SignatureInfo& info : Require(store.SignatureInfos())) {
    if (info.id == id) return std::move(info);
  }
  throw Failure(absl::NotFoundError(
      fmt::format("there is no signature info {}; `enks signature-info list` shows them", id)));
}

void PrintInfo(const Context& context, const SignatureInfo& info) {
  fmt::print(context.out,
             "id           {}\nsigning key  {}\nkey id       {}\nkey version  {}\nfrom         {}\n"
             "thru         {}\n",
             info.id, info.signing_key, info.key_id, info.key_version, base::FormatTime(info.from),
             info.thru ? base::FormatTime(*info.thru) : "-");
}

void AddInfoOptions(Command command, Options& options, bool required) {
  command
      .AddOption("--key", options.info.signing_key,
                 "Signing key: a reference such as file://export-1.pem (see `enks keygen`)")
      .Required(required);
  command
      .AddOption("--key-id", options.info.key_id,
                 "Id under which phones know the key: the country's MCC, for example 310")
      .Required(required);
  command.AddOption("--key-version", options.info.key_version, "Version, for example v1")
      .Required(required);
  command.AddOption("--from", options.from, "Signs from this time; the newest is listed first")
      .ShowDefault();
  command.AddOption("--thru", options.thru, "Signs until this time; none: no end");
}

void ReadTimes(const Context& context, const Command& command, const Options& options,
               SignatureInfo& info) {
  if (info.id == 0 || command.Given("--from")) {
    info.from = ReadTime(context, options.from, "--from");
  }
  if (!command.Given("--thru")) return;
  info.thru.reset();
  if (!options.thru.empty()) info.thru = ReadTime(context, options.thru, "--thru");
}

// Opens the key, so that a wrong reference is noticed now and not when files should be signed.
void RequireKey(const Installation& opened, const SignatureInfo& info) {
  Require(opened.keys->OpenSigner(info.signing_key).status());
}

void Change(Context& context, const Command& command, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  SignatureInfo info = Find(*opened.store, options.info.id);
  if (command.Given("--key")) info.signing_key = options.info.signing_key;
  if (command.Given("--key-id")) info.key_id = options.info.key_id;
  if (command.Given("--key-version")) info.key_version = options.info.key_version;
  ReadTimes(context, command, options, info);
  RequireKey(opened, info);
  Require(opened.store->UpdateSignatureInfo(info));
  PrintInfo(context, Find(*opened.store, info.id));
}

void List(Context& context, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  std::vector<std::vector<std::string>> rows;
  for (const SignatureInfo& info : Require(opened.store->SignatureInfos())) {
    rows.push_back({std::to_string(info.id), info.key_id, info.key_version, info.signing_key,
                    base::FormatTime(info.from), info.thru ? base::FormatTime(*info.thru) : "-"});
  }
  PrintTable(context.out, {"id", "key id", "version", "signing key", "from", "thru"}, rows,
             "No signature infos yet: nothing can be exported. `enks signature-info add --help`.");
}

}  // namespace

void AddSignatureInfoCommand(Command root, Context& context) {
  Command group = root.AddGroup(
      "signature-info", "Which key signs export files, and under which name phones know it");
  auto options = std::make_shared<Options>();
  const auto sub = [&](const char* name, const char* help, bool with_id) {
    Command command = group.AddCommand(name, help);
    AddDataOptions(command, options->data, context);
    if (with_id) {
      command.AddOption("id", options->info.id, "Number shown by `enks signature-info list`")
          .Required();
    }
    return command;
  };

  Command add = sub("add", "Add one", false);
  AddInfoOptions(add, *options, true);
  add.Action([&context, options, add] {
    auto opened = Require(OpenInstallation(context, options->data));
    SignatureInfo info = options->info;
    ReadTimes(context, add, *options, info);
    RequireKey(opened, info);
    PrintInfo(context, Find(*opened.store, Require(opened.store->AddSignatureInfo(info))));
  });

  sub("list", "List all", false).Action([&context, options] { List(context, *options); });

  sub("show", "Show one", true).Action([&context, options] {
    auto opened = Require(OpenInstallation(context, options->data));
    PrintInfo(context, Find(*opened.store, options->info.id));
  });

  Command change = sub("change", "Change what is named, keep the rest", true);
  AddInfoOptions(change, *options, false);
  change.Action([&context, options, change] { Change(context, change, *options); });

  sub("remove", "Remove one that no export configuration uses", true).Action([&context, options] {
    auto opened = Require(OpenInstallation(context, options->data));
    Require(opened.store->RemoveSignatureInfo(options->info.id));
    fmt::print(context.out, "Removed signature info {}.\n", options->info.id);
  });
}

}  // namespace enks::cli
