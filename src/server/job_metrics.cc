#include "server/job_metrics.h"

#include <string>

namespace enks::server {
namespace {

metrics::Counter Runs(metrics::Metrics& metrics, std::string_view job, std::string_view outcome) {
  return metrics.MakeCounter("enks_job_runs_total", "Runs of periodic jobs, by how they ended.",
                             {{"job", std::string(job)}, {"outcome", std::string(outcome)}});
}

}  // namespace

JobMetrics::JobMetrics(std::string_view job, metrics::Metrics& metrics, const base::Clock& clock)
    : clock_(clock),
      succeeded_(Runs(metrics, job, "succeeded")),
      failed_(Runs(metrics, job, "failed")),
      last_success_(metrics.MakeGauge("enks_job_last_success_timestamp_seconds",
                                      "When a periodic job last succeeded; 0: not since the start.",
                                      {{"job", std::string(job)}})) {}

Status JobMetrics::Note(Status outcome) {
  if (outcome.ok()) {
    succeeded_.Add();
    last_success_.Set(static_cast<double>(clock_.Now().time_since_epoch().count()));
  } else {
    failed_.Add();
  }
  return outcome;
}

}  // namespace enks::server
