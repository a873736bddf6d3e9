#pragma once

#include <memory>

#include "base/clock.h"
#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "exposure/windows.h"
#include "phone/health_authority.h"
#include "server/settings.h"
#include "server_child.h"
#include "store/sql/connection.h"
#include "store/testing/scratch_database.h"

namespace enks::bench {

// An installation that `enks serve` runs on, with a scratch database of either engine and default
// settings but: free ports, the log from warnings on, and no schedule for exports, which would run
// in the middle of a round. Its one export configuration makes a file series a day. Goes with the
// object.
class Installation {
 public:
  Installation(store::StoreLocation::Engine engine, const base::Clock& clock);

  const std::filesystem::path& folder() const { return folder_.path(); }
  const store::StoreLocation& location() const { return database_.location(); }
  const phone::HealthAuthority& authority() const { return authority_; }
  const Ports& ports() const { return ports_; }
  // The newest window that is old enough to be exported; the configuration begins with it.
  exposure::Window window() const { return window_; }

  std::unique_ptr<store::sql::Connection> Connect();

 private:
  server::Settings MakeSettings() const;

  const store::testing::ScratchDatabase database_;
  const store::testing::TemporaryFolder folder_;
  const phone::HealthAuthority authority_;
  const Ports ports_;
  const exposure::Window window_;
  std::unique_ptr<store::sql::Database> opened_;
};

}  // namespace enks::bench
