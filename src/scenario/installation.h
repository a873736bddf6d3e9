#pragma once

#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "phone/health_authority.h"
#include "server/settings.h"

namespace enks::scenario {

inline constexpr const char* kApp = "org.example.simulation";
inline constexpr const char* kRegion = "US";
inline constexpr const char* kBucket = "exposures";
inline constexpr const char* kFilenameRoot = "simulation";

// What a simulated country needs beside the settings.
struct InstallationPlan {
  server::Settings settings;  // data_folder and database are where it is made
  std::chrono::seconds export_period{4 * 3600};
  base::UnixTime export_from;  // the first window may begin here
};

// Makes keys and a migrated database in `plan.settings.data_folder` and registers one health
// authority, one app, one signature info and one export configuration.
Status MakeInstallation(const InstallationPlan& plan, const phone::HealthAuthority& authority,
                        base::Files& files, base::Random& random, const base::Clock& clock,
                        base::Log& log);

}  // namespace enks::scenario
