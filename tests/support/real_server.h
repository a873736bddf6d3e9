#pragma once

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "exposure/interval.h"
#include "phone/key_ring.h"
#include "scenario/installation.h"
#include "scenario/servers.h"
#include "store/testing/temporary_folder.h"

namespace enks::tests {

// A whole server in real time, or two that share its work, on a fresh installation, for tests that
// watch it from outside.
class RealServerTest : public ::testing::Test {
 protected:
  // The embedded database, and no job that runs by itself.
  static scenario::InstallationPlan QuietPlan() {
    scenario::InstallationPlan plan;
    plan.settings.jobs = server::JobSchedule::Off();
    return plan;
  }

  // `plan` says what is not as usual.
  void Start(scenario::InstallationPlan plan = QuietPlan(),
             scenario::Division division = scenario::Division::kOneServer) {
    plan.settings.data_folder = folder_.path();
    plan.settings.listen_public = {"127.0.0.1", 0};
    plan.settings.listen_internal = {"127.0.0.1", 0};
    if (plan.export_from == base::UnixTime{}) {
      plan.export_from = clock_.Now() - std::chrono::hours(24);
    }
    ASSERT_TRUE(scenario::MakeInstallation(plan, authority_, files_, random_, clock_, log_).ok());
    auto servers =
        scenario::Servers::Start(plan.settings, division, {clock_, random_, files_, log_});
    ASSERT_TRUE(servers.ok()) << servers.status();
    servers_ = *std::move(servers);
  }
  server::Server& publishing() { return servers_->publishing(); }
  server::Server& exporting() { return servers_->exporting(); }

  // New keys of one person, one a day for the `days` before today.
  std::vector<phone::Tek> MakeKeys(std::int32_t days) {
    const std::int32_t today = exposure::IntervalAt(exposure::UtcMidnight(clock_.Now())).number;
    std::vector<phone::Tek> keys;
    for (std::int32_t age = 1; age <= days; ++age) {
      std::array<std::uint8_t, exposure::KeyData::kSize> data{};
      random_.Fill(data);
      keys.push_back({exposure::KeyData(data), {today - age * 144}});
    }
    return keys;
  }

  const store::testing::TemporaryFolder folder_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  base::SystemFiles files_;
  base::MemoryLog log_;
  const phone::HealthAuthority authority_{{}, crypto::EcdsaPrivateKey::Generate()};
  std::optional<scenario::Servers> servers_;
};

}  // namespace enks::tests
