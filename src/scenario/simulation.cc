#include "scenario/simulation.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/virtual_clock.h"
#include "http/client.h"
#include "phone/trusted_keys.h"
#include "scenario/attested_app.h"
#include "scenario/installation.h"

namespace enks::scenario {
namespace {

using attestation::issuing::Vendors;
using base::UnixTime;
using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds kExportEvery = hours(1);
constexpr seconds kCleanupEvery = hours(24);
// In earnest once a minute; here often enough that a new day is never without its secrets.
constexpr seconds kPoliciesEvery = hours(1);
constexpr seconds kFetchRevocationsEvery = hours(24);

server::Settings MakeSettings(const SimulationOptions& options) {
  server::Settings settings;
  settings.data_folder = options.folder;
  settings.database = options.database;
  settings.listen_public = {"127.0.0.1", 0};
  settings.listen_internal = {"127.0.0.1", 0};
  // The simulation runs the jobs itself, when its clock says so.
  settings.jobs = server::JobSchedule::Off();
  if (options.attestation == DeviceAttestation::kEnforced) {
    settings.attestation_policy_file = kPolicyFile;
  }
  return settings;
}

std::string PublicUrl(const server::Server& server) {
  return fmt::format("http://127.0.0.1:{}", server.public_port());
}

// Something that is done again and again, as the clock is turned.
struct Chore {
  seconds every;
  UnixTime due;
  absl::AnyInvocable<Status()> run;
};

class SimulationImpl final : public Simulation {
 public:
  SimulationImpl(const SimulationOptions& options, base::Files& files, base::Random& random,
                 base::Log& log)
      : options_(options),
        files_(files),
        random_(random),
        log_(log),
        clock_(options.world.plan.start),
        authority_({}, crypto::EcdsaPrivateKey::Generate()) {}
  ~SimulationImpl() override {
    if (servers_) servers_->Stop();
  }

  Status Begin() {
    InstallationPlan plan;
    plan.settings = MakeSettings(options_);
    plan.export_period = options_.export_period;
    plan.export_from = clock_.Now() - hours(24);
    ENKS_TRY(MakeInstallation(plan, authority_, files_, random_, clock_, log_));
    if (options_.attestation == DeviceAttestation::kEnforced) ENKS_TRY(MakeVendors());
    ENKS_ASSIGN(servers_,
                Servers::Start(plan.settings, options_.division, {clock_, random_, files_, log_}));
    AddChore(kExportEvery, [this] { return servers_->exporting().RunExports(); });
    AddChore(kCleanupEvery, [this] { return servers_->exporting().RunCleanup(); });
    return absl::OkStatus();
  }

  Result<phone::Report> Run(phone::Progress progress) override {
    const auto client = http::Client::Create({});
    ENKS_ASSIGN(const phone::ServerAccess access, Access(*client));
    return phone::SimulateWorld(
        options_.world, access, authority_, *client,
        [this](UnixTime time) { return AdvanceTo(time); }, std::move(progress));
  }

  Servers& servers() override { return *servers_; }
  const base::Clock& clock() const override { return clock_; }
  const phone::HealthAuthority& authority() const override { return authority_; }
  Vendors* vendors() override { return vendors_.get(); }

 private:
  Status MakeVendors() {
    vendors_ = Vendors::Create({}, clock_.Now() - hours(24), clock_, random_);
    ENKS_TRY(WriteAttestationPolicy(*vendors_, kApp, options_.folder, clock_.Now(), files_));
    // Fetched before policies are read.
    AddChore(kFetchRevocationsEvery,
             [this] { return FetchRevocations(options_.folder, clock_.Now(), files_); });
    AddChore(kPoliciesEvery, [this] { return servers_->publishing().ReadPolicies(); });
    return absl::OkStatus();
  }

  void AddChore(seconds every, absl::AnyInvocable<Status()> run) {
    chores_.push_back({every, clock_.Now() + every, std::move(run)});
  }

  Status AdvanceTo(UnixTime time) {
    clock_.Set(time);
    for (Chore& chore : chores_) {
      if (time < chore.due) continue;
      ENKS_TRY(chore.run());
      chore.due = time + chore.every;
    }
    return absl::OkStatus();
  }

  Result<phone::ServerAccess> Access(http::Client& client) {
    const std::string files = PublicUrl(servers_->exporting());
    phone::ServerAccess access;
    access.publish_url = PublicUrl(servers_->publishing()) + "/v1/publish";
    access.app = {kApp, phone::RevisionRight::kNeedsToken, vendors_.get()};
    access.feed = {fmt::format("{}/files/{}", files, kBucket),
                   fmt::format("{}/index.txt", kFilenameRoot)};
    ENKS_ASSIGN(access.keys, phone::FetchTrustedKeys(client, files + "/v1/keys"));
    return access;
  }

  const SimulationOptions options_;
  base::Files& files_;
  base::Random& random_;
  base::Log& log_;
  base::VirtualClock clock_;
  const phone::HealthAuthority authority_;
  std::unique_ptr<Vendors> vendors_;
  std::vector<Chore> chores_;
  std::optional<Servers> servers_;
};

}  // namespace

Result<std::unique_ptr<Simulation>> Simulation::Begin(const SimulationOptions& options,
                                                      base::Files& files, base::Random& random,
                                                      base::Log& log) {
  ENKS_TRY(phone::CheckPlan(options.world.plan));
  auto simulation = std::make_unique<SimulationImpl>(options, files, random, log);
  ENKS_TRY(simulation->Begin());
  return simulation;
}

Result<phone::Report> Simulate(const SimulationOptions& options, base::Files& files,
                               base::Random& random, base::Log& log, phone::Progress progress) {
  ENKS_ASSIGN(const auto simulation, Simulation::Begin(options, files, random, log));
  return simulation->Run(std::move(progress));
}

}  // namespace enks::scenario
