#include "exposure/recall.h"

#include <gtest/gtest.h>

#include <array>

namespace enks::exposure {
namespace {

using enum ReportType;
using Report = std::optional<StoredReport>;

constexpr RecallVerdict kKeep{};
constexpr RecallVerdict kRevoke{.revoke = true};
constexpr RecallVerdict kReplace{.drop_revision = true, .revoke = true};
constexpr RecallVerdict kForget{.drop_first = true};
constexpr RecallVerdict kForgetBoth{.drop_first = true, .drop_revision = true};
constexpr RecallVerdict kWithdrawRevision{.drop_revision = true};

Report Bad(ReportType type) {
  return StoredReport{.report_type = type, .selected = true, .released = true};
}
Report BadUnreleased(ReportType type) {
  return StoredReport{.report_type = type, .selected = true, .released = false};
}
Report Good(ReportType type) {
  return StoredReport{.report_type = type, .selected = false, .released = true};
}
Report GoodUnreleased(ReportType type) {
  return StoredReport{.report_type = type, .selected = false, .released = false};
}

TEST(DecideRecall, RevokesEveryReleasedTypeAlsoOneThatAPhoneMayNotChange) {
  for (const ReportType type : {kUnspecified, kConfirmed, kLikely, kUserReport}) {
    EXPECT_EQ(DecideRecall(Bad(type), {}), kRevoke) << ReportTypeName(type);
  }
}

TEST(DecideRecall, ForgetsAKeyOfWhichNothingIsReleased) {
  EXPECT_EQ(DecideRecall(BadUnreleased(kConfirmed), {}), kForget);
  EXPECT_EQ(DecideRecall(BadUnreleased(kLikely), BadUnreleased(kConfirmed)), kForgetBoth);
}

TEST(DecideRecall, ReplacesAnEarlierRevisionWhetherReleasedOrNot) {
  EXPECT_EQ(DecideRecall(Bad(kLikely), Bad(kConfirmed)), kReplace);
  EXPECT_EQ(DecideRecall(Bad(kLikely), BadUnreleased(kConfirmed)), kReplace);
}

TEST(DecideRecall, LeavesWhatIsNotSelected) {
  EXPECT_EQ(DecideRecall(Good(kLikely), {}), kKeep);
  EXPECT_EQ(DecideRecall(GoodUnreleased(kLikely), {}), kKeep);
  EXPECT_EQ(DecideRecall(Good(kLikely), Good(kConfirmed)), kKeep);
}

TEST(DecideRecall, AKeyReportedAgainBySomebodyElseStandsByThatReport) {
  EXPECT_EQ(DecideRecall(Bad(kLikely), Good(kConfirmed)), kKeep);
  EXPECT_EQ(DecideRecall(Bad(kLikely), GoodUnreleased(kConfirmed)), kKeep);
}

TEST(DecideRecall, AWrongRevisionThatNobodyHasSeenLeavesTheGoodFirstReport) {
  EXPECT_EQ(DecideRecall(Good(kLikely), BadUnreleased(kConfirmed)), kWithdrawRevision);
  EXPECT_EQ(DecideRecall(GoodUnreleased(kLikely), BadUnreleased(kConfirmed)), kWithdrawRevision);
}

TEST(DecideRecall, AWrongRevisionThatPhonesHaveSeenIsRevokedWhoeverReportedFirst) {
  EXPECT_EQ(DecideRecall(Good(kLikely), Bad(kConfirmed)), kReplace);
  EXPECT_EQ(DecideRecall({}, Bad(kConfirmed)), kReplace) << "the first report was deleted by age";
}

TEST(DecideRecall, AFirstReportUnderEmbargoIsNotPublishedAfterItsRevisionWasRecalled) {
  constexpr RecallVerdict expected{.drop_first = true, .drop_revision = true, .revoke = true};
  EXPECT_EQ(DecideRecall(BadUnreleased(kLikely), Bad(kConfirmed)), expected);
}

TEST(DecideRecall, WhatIsNegativeAlreadyStaysAsItIs) {
  EXPECT_EQ(DecideRecall(Bad(kConfirmed), Bad(kNegative)), kKeep);
  EXPECT_EQ(DecideRecall(Bad(kConfirmed), BadUnreleased(kNegative)), kKeep);
  EXPECT_EQ(DecideRecall({}, Bad(kNegative)), kKeep);
}

// After a verdict was carried out, the same recall has nothing left to do.
TEST(DecideRecall, IsDoneOnce) {
  const std::array<Report, 5> reports = {Report(), Bad(kLikely), BadUnreleased(kLikely),
                                         Good(kLikely), GoodUnreleased(kLikely)};
  for (const Report& first : reports) {
    for (const Report& revision : reports) {
      if (!first && !revision) continue;
      const RecallVerdict verdict = DecideRecall(first, revision);
      const Report left = verdict.drop_first ? Report() : first;
      const Report revised = verdict.revoke          ? BadUnreleased(kNegative)
                             : verdict.drop_revision ? Report()
                                                     : revision;
      if (!left && !revised) continue;
      EXPECT_FALSE(DecideRecall(left, revised).Changes());
    }
  }
}

TEST(RecalledTransmissionRisk, IsThatOfANegativeReport) {
  EXPECT_EQ(RecalledTransmissionRisk(), 6);
}

TEST(RecalledPadding, IsTheSameShareAsThatOfTheRealKeys) {
  EXPECT_EQ(RecalledPadding(1000, 0, 14), 0);
  EXPECT_EQ(RecalledPadding(1000, 7, 14), 500);
  EXPECT_EQ(RecalledPadding(1000, 14, 14), 1000);
  EXPECT_EQ(RecalledPadding(0, 14, 14), 0);
  EXPECT_EQ(RecalledPadding(10, 1, 3), 3);
  EXPECT_EQ(RecalledPadding(10, 2, 3), 7);
}

}  // namespace
}  // namespace enks::exposure
