#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include "base/clock.h"
#include "base/log.h"
#include "metrics/metrics.h"

namespace enks::attestation {

// What is wrong when nobody could say whether an attestation is good, by who has to mend it.
enum class AlarmCause : std::uint8_t {
  kOurCredentials,    // the key or the account is refused: the operator
  kOurConfiguration,  // the address, the app or the project is wrong: the operator
  kOurRequest,        // what was asked was refused: the clock of this machine, or a fault of enks
  kBackOff,           // too many requests: the quota
  kUpstreamDown,      // no answer, or one that makes no sense: Apple or Google
  kTooManyCalls,      // the bound on calls under way was reached
};
inline constexpr int kAlarmCauseCount = 6;

// In lower case with underscores, e.g. "our_credentials".
std::string_view AlarmCauseName(AlarmCause cause);

// The least time between two log lines about one cause.
inline constexpr std::chrono::hours kAlarmPause{1};

// Tells operators: counts every alarm and logs each cause once in a while. Thread-safe.
class Alarms {
 public:
  // All outlive the alarms.
  Alarms(base::Log& log, metrics::Metrics& metrics, const base::Clock& clock)
      : log_(log), metrics_(metrics), clock_(clock) {}

  // `upstream` and `policy` are names that an operator configured. `status` is that of the HTTP
  // answer; 0: there was none.
  void Raise(AlarmCause cause, const std::string& upstream, const std::string& policy, int status);

 private:
  bool IsLineDue(AlarmCause cause, const std::string& upstream, const std::string& policy);

  base::Log& log_;
  metrics::Metrics& metrics_;
  const base::Clock& clock_;
  std::mutex mutex_;
  // When each was last logged; guarded by mutex_.
  std::map<std::tuple<AlarmCause, std::string, std::string>, std::chrono::nanoseconds> logged_;
};

}  // namespace enks::attestation
