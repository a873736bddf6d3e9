#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "phone/key_ring.h"

// Who meets whom and who falls ill, drawn from a seed before anything happens.
namespace enks::phone {

// What can be simulated: enough for a country's rehearsal, little enough for one machine's memory.
inline constexpr int kPlanPhonesMin = 2;
inline constexpr int kPlanPhonesMax = 1'000'000;
inline constexpr int kPlanDaysMin = 2;  // nobody is diagnosed on the first
inline constexpr int kPlanDaysMax = 365;
inline constexpr int kPlanContactsPerDayMax = 1000;
// Export files are named by times in Unix seconds, which sort as text only while they have equally
// many digits: from 2001 to 2286.
inline constexpr UnixTime kPlanStartMin = std::chrono::sys_days(std::chrono::January / 1 / 2020);
inline constexpr UnixTime kPlanStartMax = std::chrono::sys_days(std::chrono::January / 1 / 2200);

struct PlanOptions {
  std::uint64_t seed = 1;
  int phones = 200;
  int days = 7;
  UnixTime start = kPlanStartMin;  // cut to its UTC midnight
  int contacts_per_day = 5;        // of a phone, on average
  int contact_intervals_max = 3;   // a contact lasts 1 to this many intervals of ten minutes
  int diagnosed_permille = 30;     // of the phones, over all days; at least one
  int sharing_percent = 80;        // of the diagnosed upload their keys
  int forging_percent = 5;         // of those with a certificate nobody ordered
  int revising_percent = 50;       // of the not yet confirmed get another result later
  int skewed_percent = 10;         // of the phones have a wrong clock when they listen
  // What is done about the key of the day, drawn for each diagnosis. Must not be empty.
  std::vector<TodaysKey> todays_keys = {TodaysKey::kExclude, TodaysKey::kTruncate,
                                        TodaysKey::kWhole};
};

// Two phones near each other in one interval: each hears the other.
struct Meeting {
  Interval at;
  int first = 0;
  int second = 0;
};

struct Revision {
  UnixTime at;
  exposure::ReportType report_type = exposure::ReportType::kConfirmed;
};

struct Diagnosis {
  int phone = 0;
  UnixTime at;
  exposure::ReportType report_type = exposure::ReportType::kConfirmed;
  Interval symptom_onset;  // number 0: not known
  int transmission_risk = 0;
  bool shares = false;
  bool forged = false;  // the certificate is signed with a key the server does not know
  TodaysKey todays_key = TodaysKey::kTruncate;
  std::optional<Revision> revision;
};

struct Plan {
  int phones = 0;
  UnixTime start;
  UnixTime end;                      // of the meetings
  std::vector<std::int32_t> skew;    // by phone: intervals its listening clock is wrong by
  std::vector<Meeting> meetings;     // by time
  std::vector<Diagnosis> diagnoses;  // by time; a phone at most once
};

// Whether a plan can be made: kInvalidArgument says which option is outside of which range. Options
// come from a command line, so this is asked before anything is begun.
Status CheckPlan(const PlanOptions& options);

// The same plan for the same options, which CheckPlan() has found good.
Plan MakePlan(const PlanOptions& options);

}  // namespace enks::phone
