#include "attestation/alarms.h"

#include <array>

namespace enks::attestation {
namespace {

struct CauseText {
  std::string_view name;
  std::string_view message;
};

const CauseText& TextOf(AlarmCause cause) {
  static constexpr std::array<CauseText, kAlarmCauseCount> kTexts = {{
      {"our_credentials",
       "attestations cannot be checked: the credentials for the upstream are refused"},
      {"our_configuration",
       "attestations cannot be checked: the address, the app or the project set up for the "
       "upstream is not right"},
      {"our_request",
       "attestations cannot be checked: the upstream refuses how it is asked; is the clock of "
       "this machine right?"},
      {"back_off", "attestations cannot be checked: the upstream has had too many requests"},
      {"upstream_down",
       "attestations cannot be checked: the upstream does not answer, or not "
       "sensibly"},
      {"too_many_calls",
       "attestations cannot be checked: as many calls as may be are under way to the upstream"},
  }};
  return kTexts[static_cast<std::size_t>(cause)];
}

}  // namespace

std::string_view AlarmCauseName(AlarmCause cause) {
  return TextOf(cause).name;
}

void Alarms::Raise(AlarmCause cause, const std::string& upstream, const std::string& policy,
                   int status) {
  metrics_
      .MakeCounter("enks_attestation_alarms_total",
                   "Attestations that nobody could check, by what is wrong.",
                   {{"cause", std::string(AlarmCauseName(cause))}, {"upstream", upstream}})
      .Add();
  if (!IsLineDue(cause, upstream, policy)) return;
  log_.Error(TextOf(cause).message, {{"cause", AlarmCauseName(cause)},
                                     {"upstream", upstream},
                                     {"policy", policy},
                                     {"status", std::int64_t{status}}});
}

bool Alarms::IsLineDue(AlarmCause cause, const std::string& upstream, const std::string& policy) {
  const auto now = clock_.Monotonic();
  const std::lock_guard lock(mutex_);
  const auto [at, is_first] = logged_.try_emplace({cause, upstream, policy}, now);
  if (is_first) return true;
  if (now - at->second < kAlarmPause) return false;
  at->second = now;
  return true;
}

}  // namespace enks::attestation
