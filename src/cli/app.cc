#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/table.h"

namespace enks::cli {
namespace {

using store::AuthorizedApp;

struct Options {
  DataOptions data;
  AuthorizedApp app;
};

AuthorizedApp Find(store::ReadOnlyStore& store, const std::string& name) {
  for (AuthorizedApp& app : Require(store.AuthorizedApps())) {
    if (app.name == StoredAppName(name)) return std::move(app);
  }
  throw Failure(absl::NotFoundError(
      fmt::format("there is no authorized app {}; `enks app list` shows them", name)));
}

void PrintApp(const Context& context, const AuthorizedApp& app) {
  fmt::print(context.out,
             "name                   {}\nregions                {}\nhealth authorities     {}\n"
             "bypass certificate     {}\nbypass revision token  {}\n",
             app.name, JoinNames(app.regions), JoinIds(app.health_authority_ids),
             app.bypass_certificate ? "yes: anyone can publish keys" : "no",
             app.bypass_revision_token ? "yes" : "no");
}

void AddAppOptions(Command command, AuthorizedApp& app) {
  command.AddOption("--region", app.regions, "Region of its keys; repeat for several");
  command.AddOption("--authority", app.health_authority_ids,
                    "Number of a health authority whose certificates it may use; repeat");
  command.AddSwitch("--bypass-certificate", app.bypass_certificate,
                    "For tests only: take uploads without a certificate");
  command.AddSwitch("--bypass-revision-token", app.bypass_revision_token,
                    "Let keys be revised without their token");
}

void Change(Context& context, const Command& command, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  AuthorizedApp app = Find(*opened.store, options.app.name);
  if (command.Given("--region")) app.regions = options.app.regions;
  if (command.Given("--authority")) {
    app.health_authority_ids = options.app.health_authority_ids;
  }
  if (command.Given("--bypass-certificate")) {
    app.bypass_certificate = options.app.bypass_certificate;
  }
  if (command.Given("--bypass-revision-token")) {
    app.bypass_revision_token = options.app.bypass_revision_token;
  }
  Require(opened.store->UpdateAuthorizedApp(app));
  PrintApp(context, Find(*opened.store, app.name));
}

void List(Context& context, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  std::vector<std::vector<std::string>> rows;
  for (const AuthorizedApp& app : Require(opened.store->AuthorizedApps())) {
    rows.push_back({app.name, JoinNames(app.regions), JoinIds(app.health_authority_ids),
                    app.bypass_certificate ? "yes" : "no"});
  }
  PrintTable(context.out, {"name", "regions", "authorities", "bypass certificate"}, rows,
             "No authorized apps yet: every upload is refused. `enks app add --help` shows how.");
}

}  // namespace

void AddAppCommand(Command root, Context& context) {
  Command group = root.AddGroup(
      "app", "Authorized apps: which app may publish, for which regions (healthAuthorityID)");
  auto options = std::make_shared<Options>();
  const auto sub = [&](const char* name, const char* help, bool named) {
    Command command = group.AddCommand(name, help);
    AddDataOptions(command, options->data, context);
    if (named) {
      command.AddOption("name", options->app.name, "healthAuthorityID that the app sends")
          .Required();
    }
    return command;
  };

  Command add = sub("add", "Authorize an app", true);
  AddAppOptions(add, options->app);
  add.Action([&context, options] {
    auto opened = Require(OpenInstallation(context, options->data));
    Require(opened.store->AddAuthorizedApp(options->app));
    PrintApp(context, Find(*opened.store, options->app.name));
  });

  sub("list", "List all", false).Action([&context, options] { List(context, *options); });

  sub("show", "Show one", true).Action([&context, options] {
    auto opened = Require(OpenInstallation(context, options->data));
    PrintApp(context, Find(*opened.store, options->app.name));
  });

  Command change = sub("change", "Change what is named, keep the rest", true);
  AddAppOptions(change, options->app);
  change.Action([&context, options, change] { Change(context, change, *options); });

  sub("remove", "Refuse its uploads from now on; its keys stay until they expire", true)
      .Action([&context, options] {
        auto opened = Require(OpenInstallation(context, options->data));
        Require(opened.store->RemoveAuthorizedApp(StoredAppName(options->app.name)));
        fmt::print(context.out, "Removed app {}.\n", options->app.name);
      });
}

}  // namespace enks::cli
