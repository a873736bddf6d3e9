#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "attestation/issuing/vendors.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "phone/world.h"
#include "scenario/servers.h"

namespace enks::scenario {

// Whether the app has to attest its devices. It changes nothing about who is warned.
enum class DeviceAttestation { kOff, kEnforced };

struct SimulationOptions {
  phone::WorldOptions world;
  std::filesystem::path folder;             // a fresh one; keys and files go here
  std::string database = "sqlite:enks.db";  // relative to the folder; or a PostgreSQL connection
  Division division = Division::kOneServer;
  std::chrono::seconds export_period{4 * 3600};
  DeviceAttestation attestation = DeviceAttestation::kOff;
};

// A real server in this process, or two, and a country around them whose clock is virtual and
// jumps. Requests go over HTTP on loopback, also those to Apple and Google, who are simulated; the
// database and the files are real. For tests that look at a server from outside when the story is
// over.
class Simulation {
 public:
  // What is handed in outlives the simulation. kInvalidArgument, before anything is begun, if the
  // plan cannot be made; otherwise fails if the server cannot be run.
  static Result<std::unique_ptr<Simulation>> Begin(const SimulationOptions& options,
                                                   base::Files& files, base::Random& random,
                                                   base::Log& log);
  virtual ~Simulation() = default;

  // Days in the lives of many phones. The same seed gives the same matches, however the work is
  // divided. Once. Fails only if the server cannot be run; what it does wrong is in the report.
  virtual Result<phone::Report> Run(phone::Progress progress) = 0;

  virtual Servers& servers() = 0;
  virtual const base::Clock& clock() const = 0;
  virtual const phone::HealthAuthority& authority() const = 0;
  // Null unless devices are attested.
  virtual attestation::issuing::Vendors* vendors() = 0;
};

// The whole story at once.
Result<phone::Report> Simulate(const SimulationOptions& options, base::Files& files,
                               base::Random& random, base::Log& log, phone::Progress progress);

}  // namespace enks::scenario
