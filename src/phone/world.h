#pragma once

#include <absl/functional/any_invocable.h>

#include <chrono>
#include <string>
#include <vector>

#include "http/client.h"
#include "phone/clinic.h"
#include "phone/download.h"
#include "phone/health_authority.h"
#include "phone/plan.h"
#include "phone/poller.h"
#include "phone/report.h"

namespace enks::phone {

// Where the server under test is.
struct ServerAccess {
  std::string publish_url;  // such as http://127.0.0.1:8080/v1/publish
  AppIdentity app;          // one the server has authorized
  FeedAddress feed;
  std::vector<TrustedKey> keys;  // FetchTrustedKeys() gets them
};

struct WorldOptions {
  PlanOptions plan;
  std::chrono::hours poll_every{6};  // each phone looks at the index this often
  int poll_skipped_percent = 10;     // of the looks do not happen, but never two in a row
  int cover_per_upload = 2;
  // How long after the last event the world goes on, so that everything is exported: the rest of an
  // embargoed day, an export period, the server's MIN_WINDOW_AGE and TRUNCATE_WINDOW.
  std::chrono::hours drain{48};
  // How long a key may take from its upload (or its end) to a phone that looks regularly.
  std::chrono::hours delivery_max{36};
  std::size_t files_kept = 64;  // in memory, shared by the phones; 0: each phone fetches for itself
  RetryPolicy retry;
};

// Moves the server's clock to a time that is not before the last one and runs the jobs that are due
// then. A failure ends the simulation.
using Advance = absl::AnyInvocable<Status(UnixTime)>;

// Days in the lives of all phones in virtual time against a real server: the same for the same
// seed. What the report counts is certain once it returns. Fails only if `advance` does; all else
// is a finding of the report.
Result<Report> SimulateWorld(const WorldOptions& options, const ServerAccess& server,
                             const HealthAuthority& authority, http::Client& client,
                             Advance advance, Progress progress);

}  // namespace enks::phone
