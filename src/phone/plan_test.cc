#include "phone/plan.h"

#include <gtest/gtest.h>

#include <set>

#include "phone/matcher.h"

namespace enks::phone {
namespace {

using exposure::ReportType;

PlanOptions SmallTown() {
  return {.seed = 42,
          .phones = 500,
          .days = 10,
          .start = exposure::StartOf(Interval{2642976 + 7}),
          .diagnosed_permille = 200};
}

TEST(Plan, IsTheSameForTheSameSeed) {
  const Plan one = MakePlan(SmallTown());
  const Plan two = MakePlan(SmallTown());
  ASSERT_EQ(one.meetings.size(), two.meetings.size());
  for (std::size_t i = 0; i < one.meetings.size(); ++i) {
    EXPECT_EQ(one.meetings[i].at, two.meetings[i].at);
    EXPECT_EQ(one.meetings[i].first, two.meetings[i].first);
    EXPECT_EQ(one.meetings[i].second, two.meetings[i].second);
  }
  ASSERT_EQ(one.diagnoses.size(), two.diagnoses.size());
  for (std::size_t i = 0; i < one.diagnoses.size(); ++i) {
    EXPECT_EQ(one.diagnoses[i].phone, two.diagnoses[i].phone);
    EXPECT_EQ(one.diagnoses[i].at, two.diagnoses[i].at);
  }
}

TEST(Plan, IsAnotherForAnotherSeed) {
  PlanOptions other = SmallTown();
  other.seed = 43;
  EXPECT_NE(MakePlan(SmallTown()).diagnoses[0].at, MakePlan(other).diagnoses[0].at);
}

TEST(Plan, IsRefusedOutsideOfWhatCanBeSimulatedOnBothSidesOfEachBound) {
  struct Bound {
    int PlanOptions::*option;
    int min;
    int max;
  };
  for (const Bound& bound :
       {Bound{&PlanOptions::phones, 2, 1'000'000}, Bound{&PlanOptions::days, 2, 365},
        Bound{&PlanOptions::contacts_per_day, 0, 1000},
        Bound{&PlanOptions::contact_intervals_max, 1, 144},
        Bound{&PlanOptions::diagnosed_permille, 0, 1000},
        Bound{&PlanOptions::sharing_percent, 0, 100}, Bound{&PlanOptions::forging_percent, 0, 100},
        Bound{&PlanOptions::revising_percent, 0, 100},
        Bound{&PlanOptions::skewed_percent, 0, 100}}) {
    for (const auto& [value, good] :
         {std::pair(bound.min - 1, false), std::pair(bound.min, true), std::pair(bound.max, true),
          std::pair(bound.max + 1, false)}) {
      PlanOptions options = SmallTown();
      options.*bound.option = value;
      EXPECT_EQ(CheckPlan(options).ok(), good) << CheckPlan(options) << " " << value;
    }
  }
}

TEST(Plan, SaysWhichRangeAnOptionIsOutsideOf) {
  PlanOptions options = SmallTown();
  options.phones = 1;
  EXPECT_EQ(CheckPlan(options).message(), "phones must be 2 to 1000000, not 1");
  EXPECT_EQ(CheckPlan(options).code(), absl::StatusCode::kInvalidArgument);
}

TEST(Plan, IsRefusedInTimesWhoseFileNamesDoNotSortAndWithoutAWordOnTodaysKeys) {
  constexpr std::chrono::seconds kSecond{1};
  PlanOptions options = SmallTown();
  for (const auto& [start, good] :
       {std::pair(kPlanStartMin - kSecond, false), std::pair(kPlanStartMin, true),
        std::pair(kPlanStartMax, true), std::pair(kPlanStartMax + kSecond, false)}) {
    options.start = start;
    EXPECT_EQ(CheckPlan(options).ok(), good) << start.time_since_epoch().count();
  }
  options = SmallTown();
  options.todays_keys.clear();
  EXPECT_FALSE(CheckPlan(options).ok());
}

TEST(Plan, CanBeMadeOfTheLeast) {
  PlanOptions options;
  options.phones = kPlanPhonesMin;
  options.days = kPlanDaysMin;
  options.contacts_per_day = 0;
  const Plan plan = MakePlan(options);
  EXPECT_EQ(plan.diagnoses.size(), 1u);
  EXPECT_FALSE(plan.meetings.empty());
}

TEST(Plan, StartsAtMidnightAndMeetsWithinItsDays) {
  const Plan plan = MakePlan(SmallTown());
  EXPECT_EQ(plan.start, exposure::UtcMidnight(plan.start));
  EXPECT_EQ(plan.end - plan.start, std::chrono::days(10));
  Interval last = plan.meetings.front().at;
  for (const Meeting& meeting : plan.meetings) {
    EXPECT_LE(last, meeting.at);
    EXPECT_GE(exposure::StartOf(meeting.at), plan.start);
    EXPECT_LT(exposure::StartOf(meeting.at), plan.end);
    EXPECT_NE(meeting.first, meeting.second);
    EXPECT_LT(std::max(meeting.first, meeting.second), plan.phones);
    EXPECT_GE(std::min(meeting.first, meeting.second), 0);
    last = meeting.at;
  }
}

TEST(Plan, DiagnosesAsManyPhonesAsAskedEachOnce) {
  const Plan plan = MakePlan(SmallTown());
  std::set<int> ill;
  for (const Diagnosis& diagnosis : plan.diagnoses) ill.insert(diagnosis.phone);
  EXPECT_EQ(ill.size(), 100u);
  EXPECT_EQ(plan.diagnoses.size(), 100u);
}

TEST(Plan, DiagnosesAtLeastOnePhone) {
  PlanOptions options = SmallTown();
  options.diagnosed_permille = 0;
  EXPECT_EQ(MakePlan(options).diagnoses.size(), 1u);
}

TEST(Plan, HoldsEveryKindOfDiagnosis) {
  const Plan plan = MakePlan(SmallTown());
  std::set<ReportType> types;
  std::set<ReportType> revised_to;
  std::set<TodaysKey> todays_keys;
  int sharing = 0;
  int forged = 0;
  for (const Diagnosis& diagnosis : plan.diagnoses) {
    types.insert(diagnosis.report_type);
    todays_keys.insert(diagnosis.todays_key);
    sharing += diagnosis.shares ? 1 : 0;
    forged += diagnosis.forged ? 1 : 0;
    if (diagnosis.revision) revised_to.insert(diagnosis.revision->report_type);
  }
  EXPECT_EQ(types.size(), 4u);
  EXPECT_EQ(todays_keys.size(), 3u);
  EXPECT_EQ(revised_to, (std::set{ReportType::kConfirmed, ReportType::kNegative}));
  EXPECT_GT(sharing, 60);
  EXPECT_LT(sharing, 100);
  EXPECT_GT(forged, 0);
}

TEST(Plan, RevisesOnlyWhatTheServerLetsBeRevised) {
  for (const Diagnosis& diagnosis : MakePlan(SmallTown()).diagnoses) {
    if (!diagnosis.revision) continue;
    EXPECT_TRUE(diagnosis.report_type == ReportType::kLikely ||
                diagnosis.report_type == ReportType::kUserReport);
    EXPECT_GT(diagnosis.revision->at, diagnosis.at);
    EXPECT_FALSE(diagnosis.forged);
  }
}

TEST(Plan, HasClocksOnBothSidesOfTheTolerance) {
  PlanOptions options = SmallTown();
  options.skewed_percent = 50;
  const Plan plan = MakePlan(options);
  const std::set<std::int32_t> skews(plan.skew.begin(), plan.skew.end());
  EXPECT_TRUE(skews.contains(kToleranceIntervals));
  EXPECT_TRUE(skews.contains(kToleranceIntervals + 1));
  EXPECT_TRUE(skews.contains(-kToleranceIntervals));
  EXPECT_TRUE(skews.contains(-kToleranceIntervals - 1));
  EXPECT_TRUE(skews.contains(0));
}

TEST(Plan, HasOnlyRightClocksWhenAsked) {
  PlanOptions options = SmallTown();
  options.skewed_percent = 0;
  for (const std::int32_t skew : MakePlan(options).skew) EXPECT_EQ(skew, 0);
}

}  // namespace
}  // namespace enks::phone
