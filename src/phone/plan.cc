#include "phone/plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "base/check.h"
#include "phone/matcher.h"

namespace enks::phone {
namespace {

using exposure::ReportType;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

int Draw(base::Random& random, int bound) {
  return static_cast<int>(random.Below(static_cast<std::uint64_t>(bound)));
}
bool Happens(base::Random& random, int percent) {
  return Draw(random, 100) < percent;
}

Status CheckRange(const char* what, int value, int min, int max) {
  if (min <= value && value <= max) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("{} must be {} to {}, not {}", what, min, max, value));
}

// Wrong clocks lie on both sides of what matching tolerates.
std::vector<std::int32_t> DrawSkews(const PlanOptions& options, base::Random& random) {
  constexpr std::array<std::int32_t, 6> kWrong = {
      -kToleranceIntervals - 1, -kToleranceIntervals,   -1, 1,
      kToleranceIntervals,      kToleranceIntervals + 1};
  std::vector<std::int32_t> skews(static_cast<std::size_t>(options.phones), 0);
  for (std::int32_t& skew : skews) {
    if (Happens(random, options.skewed_percent)) {
      skew = kWrong[random.Below(kWrong.size())];
    }
  }
  return skews;
}

void DrawContact(const PlanOptions& options, Interval midnight, base::Random& random, Plan& plan) {
  const int first = Draw(random, options.phones);
  int second = Draw(random, options.phones - 1);
  if (second >= first) ++second;
  const int length = 1 + Draw(random, options.contact_intervals_max);
  // A contact late in the evening may last into the next day, and so over the change of keys.
  const std::int32_t start = midnight.number + Draw(random, exposure::kRollingPeriodMax);
  for (int i = 0; i < length; ++i) {
    if (exposure::StartOf(Interval{start + i}) >= plan.end) break;
    plan.meetings.push_back({.at = Interval{start + i}, .first = first, .second = second});
  }
}

void DrawMeetings(const PlanOptions& options, base::Random& random, Plan& plan) {
  const int contacts = std::max(1, options.phones * options.contacts_per_day / 2);
  for (UnixTime day = plan.start; day < plan.end; day += days(1)) {
    for (int i = 0; i < contacts; ++i) {
      DrawContact(options, exposure::IntervalAt(day), random, plan);
    }
  }
  std::stable_sort(plan.meetings.begin(), plan.meetings.end(),
                   [](const Meeting& a, const Meeting& b) { return a.at < b.at; });
}

ReportType DrawReportType(base::Random& random) {
  const int draw = Draw(random, 100);
  if (draw < 50) return ReportType::kConfirmed;
  if (draw < 75) return ReportType::kLikely;
  if (draw < 90) return ReportType::kUserReport;
  return ReportType::kNegative;
}

// "likely" and "user-report" may become "confirmed" or "negative" (spec/publish.md section 10).
std::optional<Revision> DrawRevision(const Diagnosis& diagnosis, const PlanOptions& options,
                                     base::Random& random) {
  const bool is_open = diagnosis.report_type == ReportType::kLikely ||
                       diagnosis.report_type == ReportType::kUserReport;
  const bool revises = Happens(random, options.revising_percent);
  const auto later = hours(12 + Draw(random, 37));
  const auto type = Happens(random, 50) ? ReportType::kConfirmed : ReportType::kNegative;
  if (!is_open || !revises || diagnosis.forged) return std::nullopt;
  return Revision{.at = diagnosis.at + later, .report_type = type};
}

Diagnosis DrawDiagnosis(int phone, const PlanOptions& options, const Plan& plan,
                        base::Random& random) {
  Diagnosis diagnosis;
  diagnosis.phone = phone;
  // Between 06:00 and 22:00 on any day but the first.
  const int day = 1 + Draw(random, options.days - 1);
  diagnosis.at = plan.start + days(day) + hours(6) + seconds(Draw(random, 16 * 3600));
  diagnosis.report_type = DrawReportType(random);
  const auto ill_since = days(Draw(random, 6));
  if (Happens(random, 80)) {
    diagnosis.symptom_onset = exposure::IntervalAt(exposure::UtcMidnight(diagnosis.at - ill_since));
  }
  diagnosis.transmission_risk = Draw(random, exposure::kTransmissionRiskMax + 1);
  diagnosis.shares = Happens(random, options.sharing_percent);
  diagnosis.forged = Happens(random, options.forging_percent);
  diagnosis.todays_key = options.todays_keys[random.Below(options.todays_keys.size())];
  diagnosis.revision = DrawRevision(diagnosis, options, random);
  return diagnosis;
}

}  // namespace

Status CheckPlan(const PlanOptions& options) {
  ENKS_TRY(CheckRange("phones", options.phones, kPlanPhonesMin, kPlanPhonesMax));
  ENKS_TRY(CheckRange("days", options.days, kPlanDaysMin, kPlanDaysMax));
  ENKS_TRY(CheckRange("contacts a day", options.contacts_per_day, 0, kPlanContactsPerDayMax));
  ENKS_TRY(CheckRange("intervals of a contact", options.contact_intervals_max, 1,
                      exposure::kRollingPeriodMax));
  ENKS_TRY(CheckRange("diagnosed, per thousand,", options.diagnosed_permille, 0, 1000));
  for (const auto& [what, percent] :
       {std::pair("percent who share", options.sharing_percent),
        std::pair("percent who forge", options.forging_percent),
        std::pair("percent who revise", options.revising_percent),
        std::pair("percent of wrong clocks", options.skewed_percent)}) {
    ENKS_TRY(CheckRange(what, percent, 0, 100));
  }
  if (options.todays_keys.empty()) {
    return absl::InvalidArgumentError("nothing is said about the keys of the day");
  }
  if (options.start < kPlanStartMin || kPlanStartMax < options.start) {
    return absl::InvalidArgumentError("the start must be 2020-01-01 to 2200-01-01");
  }
  return absl::OkStatus();
}

Plan MakePlan(const PlanOptions& options) {
  ENKS_CHECK(CheckPlan(options).ok());
  base::SeededRandom random(options.seed);
  Plan plan;
  plan.phones = options.phones;
  plan.start = exposure::UtcMidnight(options.start);
  plan.end = plan.start + days(options.days);
  plan.skew = DrawSkews(options, random);
  DrawMeetings(options, random, plan);

  std::vector<int> ill(static_cast<std::size_t>(options.phones));
  std::iota(ill.begin(), ill.end(), 0);
  base::Shuffle(ill, random);
  const int count = options.phones * options.diagnosed_permille / 1000;
  ill.resize(static_cast<std::size_t>(std::clamp(count, 1, options.phones)));
  for (const int phone : ill) {
    plan.diagnoses.push_back(DrawDiagnosis(phone, options, plan, random));
  }
  std::stable_sort(plan.diagnoses.begin(), plan.diagnoses.end(),
                   [](const Diagnosis& a, const Diagnosis& b) { return a.at < b.at; });
  return plan;
}

}  // namespace enks::phone
