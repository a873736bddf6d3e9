#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "metrics/metrics.h"

namespace enks::publish {

// Tells the operator how many uploads each app brought without a valid certificate. A line an
// upload would be a trace of when people reported themselves, and anybody could fill the log with
// such lines. So uploads are counted, and the counts written at most once in kReportPeriod, by
// whatever request comes next. Grows with the number of configured apps only. Thread-safe.
class UncertifiedUploads {
 public:
  static constexpr std::chrono::minutes kReportPeriod{1};

  // `log` and `metrics` outlive it.
  UncertifiedUploads(base::Log& log, metrics::Metrics& metrics) : log_(log), metrics_(metrics) {}
  UncertifiedUploads(const UncertifiedUploads&) = delete;
  UncertifiedUploads& operator=(const UncertifiedUploads&) = delete;
  // Writes what is left.
  ~UncertifiedUploads();

  // `app` is the name of a configured one.
  void Count(const std::string& app, base::UnixTime now);
  // Writes a line an app if the oldest count is old enough. To be called by each request.
  void ReportWhatIsDue(base::UnixTime now);

 private:
  void Report();  // mutex_ must be held

  base::Log& log_;
  metrics::Metrics& metrics_;
  std::mutex mutex_;
  std::map<std::string, std::int64_t> counts_;  // guarded by mutex_, by app
  base::UnixTime counted_since_;                // guarded by mutex_, if there are counts
};

}  // namespace enks::publish
