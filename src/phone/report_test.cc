#include "phone/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace enks::phone {
namespace {

using testing::HasSubstr;
using testing::Not;

Report SoundReport() {
  Report report;
  report.uploads = 3;
  report.expected = 1;
  report.notified = 1;
  return report;
}

TEST(Report, PassesWhenNothingIsWrong) {
  Report report = SoundReport();
  report.forged_refused = 1;  // as it should be
  report.stored_earlier = 1;  // the phone's connection was bad
  report.undecided = 2;
  EXPECT_TRUE(report.Passed());
  EXPECT_THAT(FormatReport(report), HasSubstr("passed"));
  EXPECT_THAT(FormatReport(report), Not(HasSubstr("FAULT")));
}

TEST(Report, FailsForEachSingleFault) {
  const std::vector<std::function<void(Report&)>> faults = {
      [](Report& r) { r.refused["bad_request"] = 1; },
      [](Report& r) { r.partial = 1; },
      [](Report& r) { r.unavailable = 1; },
      [](Report& r) { r.forged_accepted = 1; },
      [](Report& r) { r.cover_failed = 1; },
      [](Report& r) { r.index_failures = 1; },
      [](Report& r) { r.files_missing = 1; },
      [](Report& r) { r.files_unavailable = 1; },
      [](Report& r) { r.files_refused = 1; },
      [](Report& r) { r.files_duplicate = 1; },
      [](Report& r) { r.late_lines = 1; },
      [](Report& r) { r.malformed_lines = 1; },
      [](Report& r) { r.never_exported = 1; },
      [](Report& r) { r.revisions_never_exported = 1; },
      [](Report& r) { r.exported_twice = 1; },
      [](Report& r) { r.embargo_breaches = 1; },
      [](Report& r) { r.exported_altered = 1; },
      [](Report& r) { r.expected = 0; },
      [](Report& r) { r.missing = {0}; },
      [](Report& r) { r.surplus = {0}; },
  };
  for (std::size_t i = 0; i < faults.size(); ++i) {
    Report report = SoundReport();
    faults[i](report);
    EXPECT_FALSE(report.Passed()) << i;
    EXPECT_THAT(FormatReport(report), HasSubstr("FAULT")) << i;
    EXPECT_THAT(FormatReport(report), Not(HasSubstr("passed"))) << i;
  }
}

TEST(Report, AStoryInWhichNothingHappenedProvesNothing) {
  EXPECT_FALSE(Report().Passed());
  EXPECT_THAT(FormatReport(Report()), HasSubstr("nobody had to be warned"));
}

TEST(Report, NamesThePhonesButNotAllOfThem) {
  Report report;
  report.missing = {4, 7};
  EXPECT_THAT(FormatReport(report), HasSubstr("not warned: 4 7\n"));
  report.missing.assign(21, 9);
  EXPECT_THAT(FormatReport(report), HasSubstr("9 9 ...\n"));
}

// A population of two that met, where phone 1 shares its key.
class JudgeTest : public testing::Test {
 protected:
  JudgeTest() {
    plan_.phones = 2;
    plan_.start = exposure::StartOf(Interval{2642976});
    plan_.end = plan_.start + std::chrono::days(1);
    plan_.skew = {0, 0};
    plan_.meetings = {{.at = Interval{2642976 + 9}, .first = 0, .second = 1}};
    population_.emplace(plan_, 1);
    population_->LiveUntil(plan_.end);
    keys_ = population_->phone(1).Share(plan_.end, TodaysKey::kExclude);
  }

  void ShareKeys() {
    ledger_.NoteUpload(1, keys_, {.transmission_risk = 3}, UploadOutcome::kAccepted, plan_.end);
  }

  void WarnPhone0(std::int32_t risk = 3) {
    exportfile::ExportFileContent file;
    file.keys.resize(1);
    file.keys[0].key = keys_.at(0).key;
    file.keys[0].rolling_start = keys_.at(0).start;
    file.keys[0].report_type = exportfile::WireReportType::kConfirmedTest;
    file.keys[0].transmission_risk = risk;
    ledger_.NoteFile(file, plan_.end);
    const MatchTarget target = population_->phone(0).Target();
    MatchFile(file, {&target, 1});
  }

  Report JudgeAll() {
    Report report;
    Judge(*population_, ledger_, std::chrono::hours(24), report);
    return report;
  }

  Plan plan_;
  std::optional<Population> population_;
  Ledger ledger_;
  std::vector<Tek> keys_;
};

TEST_F(JudgeTest, IsContentWhenTheRightPhoneIsWarned) {
  ShareKeys();
  WarnPhone0();
  const Report report = JudgeAll();
  EXPECT_EQ(report.expected, 1);
  EXPECT_EQ(report.notified, 1);
  EXPECT_TRUE(report.Passed()) << FormatReport(report);
}

TEST_F(JudgeTest, TakesOverThatAKeyWasAltered) {
  ShareKeys();
  WarnPhone0(4);
  EXPECT_EQ(JudgeAll().exported_altered, 1);
}

TEST_F(JudgeTest, NamesAPhoneThatWasNotWarned) {
  ShareKeys();
  const Report report = JudgeAll();
  EXPECT_EQ(report.missing, (std::vector<int>{0}));
  EXPECT_EQ(report.never_exported, 1);
}

TEST_F(JudgeTest, NamesAPhoneThatWasWarnedForNothing) {
  WarnPhone0();
  const Report report = JudgeAll();
  EXPECT_EQ(report.surplus, (std::vector<int>{0}));
  EXPECT_TRUE(report.missing.empty());
}

}  // namespace
}  // namespace enks::phone
