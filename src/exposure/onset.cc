#include "exposure/onset.h"

namespace enks::exposure {
namespace {

using std::chrono::days;

// An onset that was reported at all, lies in the past and not too far back. The bound is a
// midnight, so any time of the oldest day is still usable. Zero, "not reported", is below it.
bool Usable(std::int32_t onset, UnixTime now, const UploadRules& rules) {
  const Interval oldest = IntervalAt(UtcMidnight(now - days(rules.onset_report_days_max)));
  return oldest.number <= onset && onset < IntervalAt(now).number;
}

}  // namespace

Onset ChooseOnset(std::int32_t request_onset, const std::optional<Diagnosis>& diagnosis,
                  UnixTime now, const UploadRules& rules) {
  if (Usable(request_onset, now, rules)) return {.at = {request_onset}};
  if (diagnosis && Usable(diagnosis->symptom_onset, now, rules)) {
    return {.at = {diagnosis->symptom_onset}};
  }
  return {.at = IntervalAt(now - days(rules.onset_default_days_ago)), .is_assumed = true};
}

}  // namespace enks::exposure
