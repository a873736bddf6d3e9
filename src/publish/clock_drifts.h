#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "authority/certificate.h"
#include "base/clock.h"
#include "base/log.h"
#include "metrics/metrics.h"

namespace enks::publish {

// Tells the operator of health authorities whose clock runs ahead of ours: their certificates are
// refused, or taken only for certificates.clock_leeway. A line at the first upload that shows it,
// then at most one in kReportPeriod for each authority; and a
// counter and a gauge for each in /metrics. Grows with the number of configured health
// authorities only. Thread-safe.
class ClockDrifts {
 public:
  static constexpr std::chrono::hours kReportPeriod{1};

  // `log` and `metrics` outlive it.
  ClockDrifts(base::Log& log, metrics::Metrics& metrics) : log_(log), metrics_(metrics) {}

  // A drift without an issuer is none.
  void Note(const authority::ClockDrift& drift, base::UnixTime now);

 private:
  struct Seen {
    base::UnixTime told_at;
    std::int64_t uploads = 0;  // since then
    std::chrono::seconds ahead{0};
    metrics::Counter uploads_ever;
    metrics::Gauge newest;
  };
  Seen FirstSight(const std::string& issuer);

  base::Log& log_;
  metrics::Metrics& metrics_;
  std::mutex mutex_;
  std::map<std::string, Seen> seen_;  // guarded by mutex_, by issuer
};

}  // namespace enks::publish
