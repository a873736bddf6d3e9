#include "scenario/simulation.h"

#include <fmt/format.h>

#include <utility>

#include "base/virtual_clock.h"
#include "http/client.h"
#include "phone/trusted_keys.h"
#include "scenario/installation.h"

namespace enks::scenario {
namespace {

using base::UnixTime;
using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds kExportEvery = hours(1);
constexpr seconds kCleanupEvery = hours(24);

server::Settings MakeSettings(const SimulationOptions& options) {
  server::Settings settings;
  settings.data_folder = options.folder;
  settings.database = options.database;
  settings.listen_public = {"127.0.0.1", 0};
  settings.listen_internal = {"127.0.0.1", 0};
  // The simulation runs the jobs itself, when its clock says so.
  settings.jobs = server::JobSchedule::Off();
  return settings;
}

// Turns the clock and runs what a schedule would have run meanwhile.
class Crank {
 public:
  Crank(base::VirtualClock& clock, server::Server& exporting)
      : clock_(clock),
        exporting_(exporting),
        export_due_(clock.Now() + kExportEvery),
        cleanup_due_(clock.Now() + kCleanupEvery) {}

  Status AdvanceTo(UnixTime time) {
    clock_.Set(time);
    if (time >= export_due_) {
      ENKS_TRY(exporting_.RunExports());
      export_due_ = time + kExportEvery;
    }
    if (time >= cleanup_due_) {
      ENKS_TRY(exporting_.RunCleanup());
      cleanup_due_ = time + kCleanupEvery;
    }
    return absl::OkStatus();
  }

 private:
  base::VirtualClock& clock_;
  server::Server& exporting_;
  UnixTime export_due_;
  UnixTime cleanup_due_;
};

std::string PublicUrl(const server::Server& server) {
  return fmt::format("http://127.0.0.1:{}", server.public_port());
}

Result<phone::ServerAccess> Access(const Servers& servers, http::Client& client) {
  const std::string files = PublicUrl(servers.exporting());
  phone::ServerAccess access;
  access.publish_url = PublicUrl(servers.publishing()) + "/v1/publish";
  access.app = {kApp, phone::RevisionRight::kNeedsToken};
  access.feed = {fmt::format("{}/files/{}", files, kBucket),
                 fmt::format("{}/index.txt", kFilenameRoot)};
  ENKS_ASSIGN(access.keys, phone::FetchTrustedKeys(client, files + "/v1/keys"));
  return access;
}

}  // namespace

Result<phone::Report> Simulate(const SimulationOptions& options, base::Files& files,
                               base::Random& random, base::Log& log, phone::Progress progress) {
  ENKS_TRY(phone::CheckPlan(options.world.plan));
  base::VirtualClock clock(options.world.plan.start);
  const phone::HealthAuthority authority({}, crypto::EcdsaPrivateKey::Generate());
  InstallationPlan plan;
  plan.settings = MakeSettings(options);
  plan.export_period = options.export_period;
  plan.export_from = options.world.plan.start - hours(24);
  ENKS_TRY(MakeInstallation(plan, authority, files, random, clock, log));
  ENKS_ASSIGN(Servers servers,
              Servers::Start(plan.settings, options.division, {clock, random, files, log}));
  const auto client = http::Client::Create({});
  ENKS_ASSIGN(const phone::ServerAccess access, Access(servers, *client));
  Crank crank(clock, servers.exporting());
  auto report = phone::SimulateWorld(
      options.world, access, authority, *client,
      [&crank](UnixTime time) { return crank.AdvanceTo(time); }, std::move(progress));
  servers.Stop();
  return report;
}

}  // namespace enks::scenario
