#include "installation.h"

#include "base/check.h"
#include "scenario/installation.h"
#include "server/settings_load.h"
#include "server/settings_table.h"

namespace enks::bench {
namespace {

using Engine = store::StoreLocation::Engine;

constexpr std::chrono::hours kPeriod{24};

exposure::Window NewestDueWindow(base::UnixTime now) {
  const auto end = exposure::TruncateTo(now - exports::ExportOptions{}.min_window_age, kPeriod);
  return {end - kPeriod, end};
}

}  // namespace

Installation::Installation(Engine engine, const base::Clock& clock)
    : database_(engine),
      authority_({}, crypto::EcdsaPrivateKey::Generate()),
      ports_(FreePorts()),
      window_(NewestDueWindow(clock.Now())) {
  base::SystemFiles files;
  base::SystemRandom random;
  base::StderrLog log(base::LogLevel::kWarning, base::LogFormat::kHuman, clock);
  scenario::InstallationPlan plan;
  plan.settings = MakeSettings();
  plan.export_period = kPeriod;
  plan.export_from = window_.start;
  ENKS_CHECK(scenario::MakeInstallation(plan, authority_, files, random, clock, log).ok());
  ENKS_CHECK(files
                 .Write(folder() / server::kSettingsFileName,
                        base::AsBytes(server::SettingsFileText(plan.settings)),
                        base::FileMode::kOwnerOnly)
                 .ok());
}

server::Settings Installation::MakeSettings() const {
  server::Settings settings;
  settings.data_folder = folder();
  settings.database =
      (location().engine == Engine::kSqlite ? "sqlite:" : "postgres:") + location().target;
  settings.listen_public.port = ports_.exposed;
  settings.listen_internal.port = ports_.internal;
  settings.log_level = base::LogLevel::kWarning;
  settings.jobs.create_batches = std::chrono::seconds(0);
  settings.jobs.do_work = std::chrono::seconds(0);
  return settings;
}

std::unique_ptr<store::sql::Connection> Installation::Connect() {
  if (opened_ == nullptr) opened_ = database_.Open();
  auto connection = opened_->Connect();
  ENKS_CHECK(connection.ok());
  return *std::move(connection);
}

}  // namespace enks::bench
