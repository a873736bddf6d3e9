#include "publish/clock_drifts.h"

#include <algorithm>

namespace enks::publish {

void ClockDrifts::Note(const authority::ClockDrift& drift, base::UnixTime now) {
  if (drift.issuer.empty()) return;
  const std::lock_guard lock(mutex_);
  auto entry = seen_.find(drift.issuer);
  const bool is_new = entry == seen_.end();
  if (is_new) entry = seen_.emplace(drift.issuer, FirstSight(drift.issuer)).first;
  Seen& seen = entry->second;
  seen.uploads_ever.Add();
  seen.newest.Set(static_cast<double>(drift.ahead.count()));
  ++seen.uploads;
  seen.ahead = std::max(seen.ahead, drift.ahead);
  if (!is_new && now - seen.told_at < kReportPeriod) return;
  log_.Warning("the clock of a health authority runs ahead of ours",
               {{"issuer", drift.issuer},
                {"seconds", std::int64_t{seen.ahead.count()}},
                {"uploads", seen.uploads}});
  seen.told_at = now;
  seen.uploads = 0;
  seen.ahead = std::chrono::seconds(0);
}

ClockDrifts::Seen ClockDrifts::FirstSight(const std::string& issuer) {
  const metrics::Labels labels = {{"issuer", issuer}};
  return {{},
          0,
          std::chrono::seconds(0),
          metrics_.MakeCounter("enks_certificates_from_the_future_total",
                               "Certificates whose time of issue was ahead of our clock.", labels),
          metrics_.MakeGauge("enks_certificate_clock_ahead_seconds",
                             "How far the newest of those was ahead.", labels)};
}

}  // namespace enks::publish
