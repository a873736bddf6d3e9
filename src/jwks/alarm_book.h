#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace enks::jwks {

// The least time between two alarms of one cause: a look every two minutes must not fill the log,
// or nobody reads it.
inline constexpr std::chrono::hours kAlarmPause{1};

// Remembers which alarms were raised of late. Times are those of Clock::Monotonic(). Not
// thread-safe.
class AlarmBook {
 public:
  // Whether an alarm may be raised now; if so, the next one of the same cause may kAlarmPause
  // later. `cause` and `key` say what it is about.
  bool IsDue(std::int64_t authority_id, std::string_view cause, std::string_view key,
             std::chrono::nanoseconds now) {
    std::erase_if(raised_, [&](const auto& alarm) { return now - alarm.second >= kAlarmPause; });
    return raised_.try_emplace({authority_id, std::string(cause), std::string(key)}, now).second;
  }

 private:
  std::map<std::tuple<std::int64_t, std::string, std::string>, std::chrono::nanoseconds> raised_;
};

}  // namespace enks::jwks
