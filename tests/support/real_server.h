#pragma once

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "exposure/interval.h"
#include "phone/key_ring.h"
#include "scenario/installation.h"
#include "server/server.h"
#include "store/testing/temporary_folder.h"

namespace enks::tests {

// A whole server in real time, on a fresh installation, for tests that watch it from outside.
class RealServerTest : public ::testing::Test {
 protected:
  // On the embedded database unless another is named.
  void Start(const std::string& database = "") {
    scenario::InstallationPlan plan;
    plan.settings.data_folder = folder_.path();
    if (!database.empty()) plan.settings.database = database;
    plan.settings.listen_public = {"127.0.0.1", 0};
    plan.settings.listen_internal = {"127.0.0.1", 0};
    plan.settings.jobs = server::JobSchedule::Off();
    plan.export_from = clock_.Now() - std::chrono::hours(24);
    ASSERT_TRUE(scenario::MakeInstallation(plan, authority_, files_, random_, clock_, log_).ok());
    auto server = server::Server::Start(plan.settings, {clock_, random_, files_, log_});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

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
  std::unique_ptr<server::Server> server_;
};

}  // namespace enks::tests
