#include <fmt/format.h>
#include <signal.h>

#include <memory>

#include "cli/commands.h"
#include "server/server.h"

namespace enks::cli {
namespace {

struct Options {
  DataOptions data;
  std::string roles;
};

// Blocks SIGINT and SIGTERM in this thread and, by inheritance, in all the server will start, so
// that WaitForStop() is the one place that sees them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int WaitForStop(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

void PrintAddresses(const Context& context, const server::Settings& settings,
                    const server::Server& server) {
  if (server.public_port() != 0) {
    fmt::print(context.out, "public    http://{}:{}\n", settings.listen_public.host,
               server.public_port());
  }
  fmt::print(context.out, "internal  http://{}:{}\n", settings.listen_internal.host,
             server.internal_port());
  std::fflush(context.out);
}

void Serve(Context& context, Options options) {
  if (!options.roles.empty()) options.data.overrides.push_back("server.roles=" + options.roles);
  const server::LoadedSettings loaded = Require(LoadInstallation(context, options.data));
  const server::Settings& settings = loaded.settings;
  base::StderrLog log(settings.log_level, settings.log_format, context.clock);
  for (const std::string& note : loaded.notes) log.Warning(note);
  const sigset_t signals = BlockStopSignals();
  const auto server =
      Require(server::Server::Start(settings, {context.clock, context.random, context.files, log}));
  PrintAddresses(context, settings, *server);
  const int signal = WaitForStop(signals);
  log.Info("stopping", {{"signal", std::int64_t{signal}}});
  server->Stop();
  log.Info("stopped");
}

}  // namespace

void AddServeCommand(Command root, Context& context) {
  auto options = std::make_shared<Options>();
  Command command = root.AddCommand(
      "serve", "Run the server: all roles in one process unless --roles names some");
  command.Footer(
      "Example: enks serve --data /var/lib/enks --roles publish,files\n"
      "Stops on SIGINT or SIGTERM after finishing what it has accepted.");
  AddDataOptions(command, options->data, context);
  command.AddOption("--roles", options->roles, "publish, export, files, cleanup; with commas");
  command.Action([&context, options] { Serve(context, *options); });
}

}  // namespace enks::cli
