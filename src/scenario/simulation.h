#pragma once

#include <filesystem>
#include <string>

#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "phone/world.h"
#include "scenario/servers.h"

namespace enks::scenario {

struct SimulationOptions {
  phone::WorldOptions world;
  std::filesystem::path folder;             // a fresh one; keys and files go here
  std::string database = "sqlite:enks.db";  // relative to the folder; or a PostgreSQL connection
  Division division = Division::kOneServer;
  std::chrono::seconds export_period{4 * 3600};
};

// Days in the lives of many phones and one real server, or two, in this process: the clock is
// virtual and jumps, requests go over HTTP on loopback, the database and the files are real. The
// same seed gives the same matches, however the work is divided. Fails only if the plan cannot be
// made (kInvalidArgument, before anything is begun) or the server cannot be run; what the server
// does wrong is in the report.
Result<phone::Report> Simulate(const SimulationOptions& options, base::Files& files,
                               base::Random& random, base::Log& log, phone::Progress progress);

}  // namespace enks::scenario
