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

// Blocks the signals that stop the server in this thread and, by inheritance, in all the server
// will start, so that WaitForStop() is the one place that sees them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);  // a terminal that closes; settings are not read again
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int WaitForStop(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

// An IPv6 address stands in brackets (RFC 3986 section 3.2.2).
std::string Url(const std::string& host, int port) {
  if (host.find(':') != std::string::npos) return fmt::format("http://[{}]:{}", host, port);
  return fmt::format("http://{}:{}", host, port);
}

void PrintAddresses(const Context& context, const server::Settings& settings,
                    const server::Server& server) {
  if (server.public_port() != 0) {
    fmt::print(context.out, "public    {}\n",
               Url(settings.listen_public.host, server.public_port()));
  }
  fmt::print(context.out, "internal  {}\n",
             Url(settings.listen_internal.host, server.internal_port()));
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
      "Stops on SIGINT, SIGTERM or SIGHUP after finishing what it has accepted.");
  AddDataOptions(command, options->data, context);
  command.AddOption("--roles", options->roles, "publish, export, files, cleanup; with commas");
  command.Action([&context, options] { Serve(context, *options); });
}

}  // namespace enks::cli
