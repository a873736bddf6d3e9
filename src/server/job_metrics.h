#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "metrics/metrics.h"

namespace enks::server {

// Whether one periodic job runs, and when it last did what it is for. Thread-safe.
class JobMetrics {
 public:
  // `job` is the job's name, a literal. Both references outlive it.
  JobMetrics(std::string_view job, metrics::Metrics& metrics, const base::Clock& clock);

  // Counts a run that ended so, and returns how it ended.
  Status Note(Status outcome);

 private:
  const base::Clock& clock_;
  metrics::Counter succeeded_;
  metrics::Counter failed_;
  metrics::Gauge last_success_;
};

}  // namespace enks::server
