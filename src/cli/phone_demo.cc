#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>

#include "cli/demo_server.h"
#include "cli/phone_commands.h"
#include "cli/stop_signals.h"
#include "phone/demo.h"
#include "phone/trusted_keys.h"
#include "scenario/installation.h"
#include "server/settings_table.h"

namespace enks::cli {
namespace {

using std::chrono::seconds;

constexpr seconds kWindow{10};  // truncation, export period: short, for people are watching
constexpr seconds kStartMax{30};

struct Options {
  std::string folder = "enks-demo";
  phone::DemoOptions demo;
  std::uint16_t port = 8080;
  bool leave_running = false;
};

server::Settings DemoSettings(const Options& options) {
  server::Settings settings;
  settings.data_folder = options.folder;
  settings.listen_public = {"127.0.0.1", options.port};
  settings.listen_internal = {"127.0.0.1", static_cast<std::uint16_t>(options.port + 1)};
  settings.log_format = base::LogFormat::kHuman;
  settings.publish.rules.truncate_window = kWindow;
  settings.exports.truncate_window = kWindow;
  settings.exports.min_window_age = seconds(0);
  settings.jobs.create_batches = seconds(2);
  settings.jobs.do_work = seconds(2);
  return settings;
}

phone::HealthAuthority MakeDemoInstallation(Context& context, const server::Settings& settings) {
  phone::HealthAuthority authority({}, crypto::EcdsaPrivateKey::Generate());
  base::StderrLog log(base::LogLevel::kWarning, base::LogFormat::kHuman, context.clock);
  scenario::InstallationPlan plan;
  plan.settings = settings;
  plan.export_period = kWindow;
  plan.export_from = context.clock.Now();
  Require(scenario::MakeInstallation(plan, authority, context.files, context.random, context.clock,
                                     log));
  Require(context.files.Write(settings.data_folder / server::kSettingsFileName,
                              base::AsBytes(server::SettingsFileText(settings)),
                              base::FileMode::kOwnerOnly));
  return authority;
}

// Lets real time pass; ends the subcommand if the user has seen enough.
void WaitFor(StopSignals& stop, std::chrono::milliseconds time) {
  if (stop.WaitFor(time)) throw Failure(absl::CancelledError("the demonstration was stopped"));
}

void WaitUntilHealthy(Context& context, DemoServer& server, StopSignals& stop, http::Client& client,
                      const std::string& base_url) {
  const auto deadline = context.clock.Monotonic() + kStartMax;
  while (context.clock.Monotonic() < deadline && server.Running()) {
    if (server.Listens(base_url)) {
      const auto answer = client.Send("GET", base_url + "/health", {}, "");
      if (answer.ok() && answer->status == 200 && server.Running()) return;
    }
    WaitFor(stop, std::chrono::milliseconds(50));
  }
  throw Failure(
      absl::UnavailableError(fmt::format("the server did not start; its log:\n{}", server.Log())));
}

phone::ServerAccess Access(http::Client& client, const std::string& base_url) {
  phone::ServerAccess access;
  access.publish_url = base_url + "/v1/publish";
  access.app = {scenario::kApp, phone::RevisionRight::kNeedsToken};
  access.feed = {fmt::format("{}/files/{}", base_url, scenario::kBucket),
                 fmt::format("{}/index.txt", scenario::kFilenameRoot)};
  access.keys = Require(phone::FetchTrustedKeys(client, base_url + "/v1/keys"));
  return access;
}

void PrintNextSteps(const Context& context, const Options& options, const std::string& base_url) {
  fmt::print(context.out,
             "\nThe server goes on running:\n"
             "  public    {0}\n"
             "  internal  http://127.0.0.1:{1}\n"
             "  log       {2}/server.log\n"
             "Look around:\n"
             "  curl {0}/files/{3}/{4}/index.txt\n"
             "  curl {0}/v1/keys\n"
             "  enks export-config list --data {2}\n",
             base_url, options.port + 1, options.folder, scenario::kBucket,
             scenario::kFilenameRoot);
}

// Shows how far the demonstration is, a line each time something happened.
phone::Progress ShowProgress(const Context& context) {
  return [&context, uploads = -1, files = std::size_t{0}](base::UnixTime,
                                                          const phone::Report& so_far) mutable {
    if (so_far.uploads == uploads && so_far.files.size() == files) return;
    uploads = so_far.uploads;
    files = so_far.files.size();
    fmt::print(context.err, "  {} uploads, {} export files so far\n", uploads, files);
  };
}

void Demo(Context& context, const Options& options) {
  Require(phone::CheckPlan(options.demo.plan));
  const server::Settings settings = DemoSettings(options);
  if (context.files.Size(settings.data_folder / server::kSettingsFileName).ok()) {
    throw Failure(absl::AlreadyExistsError(options.folder + " holds an installation already"));
  }
  StopSignals stop;
  const phone::HealthAuthority authority = MakeDemoInstallation(context, settings);
  const auto server = Require(DemoServer::Start(settings, context.files));
  const auto client = http::Client::Create({});
  const std::string base_url = fmt::format("http://127.0.0.1:{}", options.port);
  WaitUntilHealthy(context, *server, stop, *client, base_url);
  fmt::print(context.err,
             "A server is running at {}. {} phones have met for {} days; those with a diagnosis "
             "upload now.\nFiles come out every {} seconds.\n",
             base_url, options.demo.plan.phones, options.demo.plan.days, kWindow.count());
  const phone::Report report = phone::RunDemo(
      options.demo, Access(*client, base_url), authority, *client, context.clock, context.random,
      [&stop](seconds wait) { WaitFor(stop, wait); }, ShowProgress(context));
  fmt::print(context.out, "\n{}", phone::FormatReport(report));
  if (!report.Passed()) {
    throw Failure(absl::InternalError("the demonstration found something wrong; see above"));
  }
  if (!options.leave_running) return;
  PrintNextSteps(context, options, base_url);
  server->Keep();
}

}  // namespace

void AddPhoneDemo(Command group, Context& context) {
  auto options = std::make_shared<Options>();
  options->demo.plan.days = phone::kDemoDaysMax;
  Command command = group.AddCommand(
      "demo", "Make an installation, run the real server on it and let phones match, in a minute");
  command.AddOption("-d,--data", options->folder, "Folder to make the installation in")
      .ShowDefault();
  command.AddOption("--phones", options->demo.plan.phones, "How many phones").ShowDefault();
  command.AddOption("--seed", options->demo.plan.seed, "The same seed tells the same story")
      .ShowDefault();
  command.AddOption("--port", options->port, "Public port; the internal one is the next")
      .Range(1, 65534)
      .ShowDefault();
  command.AddFlag("--leave-running", options->leave_running, "Let the server run on");
  command.Action([&context, options] { Demo(context, *options); });
}

}  // namespace enks::cli
