#pragma once

#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "server/settings.h"
#include "store/store.h"

namespace enks::server {

// The outside world, handed in by main() or by a test. Everything outlives the server. `random`
// must be thread-safe and fit for secrets, except in simulations.
struct Environment {
  const base::Clock& clock;
  base::Random& random;
  base::Files& files;
  base::Log& log;
};

// One enks process: builds every part from settings, in the order of docs/architecture.md, and
// stops them in reverse. Several can live in one process.
class Server {
 public:
  // Opens the database, binds the listeners and starts the jobs that the roles ask for. The message
  // of a failure says which setting to look at.
  static Result<std::unique_ptr<Server>> Start(const Settings& settings,
                                               const Environment& environment);
  // Stops as Stop() does.
  virtual ~Server() = default;

  virtual std::uint16_t public_port() const = 0;  // 0: no role needs it
  virtual std::uint16_t internal_port() const = 0;
  virtual store::Store& store() = 0;

  // What the schedule would run, now and on this thread: for tests and simulations, whose clock
  // stands still between steps. Refresh reads apps, authorities and public keys anew, ReadPolicies
  // what device attestation needs.
  virtual Status Refresh() = 0;
  virtual Status ReadPolicies() = 0;
  virtual Status RunExports() = 0;
  virtual Status RunCleanup() = 0;

  // Looks at the clock anew, so that the schedule runs what has become due. Needed only after a
  // virtual clock was turned.
  virtual void WakeSchedule() = 0;

  // Finishes running requests and queued uploads, then stops everything. Idempotent; blocks.
  virtual void Stop() = 0;
};

}  // namespace enks::server
