#pragma once

#include <chrono>

#include "base/clock.h"
#include "http/client.h"
#include "phone/world.h"

namespace enks::phone {

enum class DemoRevisions {
  kNone,
  kAfterFirstFiles,  // what the plan revises is revised once the first keys are out
};

struct DemoOptions {
  // `start` is ignored: the days are the last ones before today, at most kDemoDaysMax. The keys of
  // today stay at home, for the server would hold them back until tomorrow.
  PlanOptions plan;
  DemoRevisions revisions = DemoRevisions::kAfterFirstFiles;
  int cover_per_upload = 2;
  std::chrono::seconds poll_every{5};
  std::chrono::seconds deadline{600};  // for each wait until all keys are out
  RetryPolicy retry;
};

// So that no meeting is forgotten while the demonstration runs.
inline constexpr int kDemoDaysMax = 13;

// The demonstration in real time: the past is simulated in memory, then all diagnosed phones upload
// now, then all phones follow the index until every shared key is out (or the deadline passes), and
// are compared with the truth. `wait` lets real time pass. All that goes wrong is in the report.
Report RunDemo(const DemoOptions& options, const ServerAccess& server,
               const HealthAuthority& authority, http::Client& client, const base::Clock& clock,
               base::Random& random, Wait wait, Progress progress);

}  // namespace enks::phone
