#include "exposure/onset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exposure/testing/sample_keys.h"

namespace enks::exposure {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// The onset that was used, seen from a key of today: its days since onset.
std::int32_t DaysSinceOnset(std::int32_t request, std::optional<std::int32_t> certificate) {
  std::optional<Diagnosis> diagnosis;
  if (certificate) diagnosis = Diagnosis{ReportType::kConfirmed, *certificate};
  UploadRules rules;
  rules.onset_days_max = 100;
  const Assessment assessment = Assess({Key(1, kToday, 10)}, request, diagnosis, kNow, rules);
  EXPECT_THAT(assessment.accepted, SizeIs(1));
  return assessment.accepted.at(0).days_since_onset;
}

TEST(Onset, IsTheRequestsFrom28DaysBeforeMidnightUntilTheCurrentInterval) {
  const std::int32_t oldest = kToday - 28 * 144;
  EXPECT_EQ(DaysSinceOnset(oldest, {}), 28);
  EXPECT_EQ(DaysSinceOnset(oldest - 1, {}), 4);
  EXPECT_EQ(DaysSinceOnset(kCurrent - 1, {}), 0);
  EXPECT_EQ(DaysSinceOnset(kCurrent, {}), 4);
}

TEST(Onset, IsTheCertificatesWhenTheRequestHasNoUsableOne) {
  const std::int32_t oldest = kToday - 28 * 144;
  EXPECT_EQ(DaysSinceOnset(0, oldest), 28);
  EXPECT_EQ(DaysSinceOnset(0, oldest - 1), 4);
  EXPECT_EQ(DaysSinceOnset(kCurrent, kCurrent - 1), 0);
  EXPECT_EQ(DaysSinceOnset(0, kCurrent), 4);
  EXPECT_EQ(DaysSinceOnset(-5, -7), 4);
}

TEST(Onset, OfTheRequestWinsOverTheCertificates) {
  EXPECT_EQ(DaysSinceOnset(kToday - 2 * 144, kToday - 3 * 144), 2);
}

TEST(Onset, DropsKeysMoreThan14DaysAwayWithAWarningOnly) {
  const std::int32_t onset = kToday - 14 * 144;
  Assessment assessment = Assess({Key(1, kToday, 10)}, onset, std::nullopt, kNow, UploadRules{});
  ASSERT_THAT(assessment.accepted, SizeIs(1));
  EXPECT_EQ(assessment.accepted[0].days_since_onset, 14);

  assessment =
      Assess({KeyOfDay(1, 1), Key(2, kToday, 10)}, onset - 144, std::nullopt, kNow, UploadRules{});
  EXPECT_FALSE(assessment.refused);
  EXPECT_THAT(assessment.accepted, SizeIs(1));
  EXPECT_THAT(assessment.errors, IsEmpty());
  EXPECT_THAT(assessment.warnings,
              ElementsAre("key 1 symptom onset is too large, 15 > 14 - saving without this key"));
}

TEST(Onset, CountsDaysBeforeTheOnsetLikeDaysAfter) {
  UploadRules rules;
  rules.onset_days_max = 3;
  const Assessment assessment =
      Assess({KeyOfDay(1, 3), KeyOfDay(2, 4)}, kToday, std::nullopt, kNow, rules);
  ASSERT_THAT(assessment.accepted, SizeIs(1));
  EXPECT_EQ(assessment.accepted[0].days_since_onset, -3);
  EXPECT_THAT(assessment.warnings,
              ElementsAre("key 1 symptom onset is too large, 4 > 3 - saving without this key"));
}

TEST(Onset, LeavesAnUploadAcceptedAndEmptyIfItIsAllThatDroppedKeys) {
  const Assessment assessment =
      Assess({Key(1, kToday, 10)}, kToday - 20 * 144, std::nullopt, kNow, UploadRules{});
  EXPECT_FALSE(assessment.refused);
  EXPECT_THAT(assessment.accepted, IsEmpty());
  EXPECT_THAT(assessment.warnings, SizeIs(1));
}

TEST(Onset, DoesNotSaveAnUploadWhoseOtherKeysAllFailedValidation) {
  const Assessment assessment = Assess({Key(1, kToday, 10), Key(2, kToday, 0)}, kToday - 20 * 144,
                                       std::nullopt, kNow, UploadRules{});
  EXPECT_TRUE(assessment.refused);
  EXPECT_THAT(assessment.errors, SizeIs(1));
  EXPECT_THAT(assessment.warnings, SizeIs(1));
}

}  // namespace
}  // namespace enks::exposure
