#include "phone/ledger.h"

#include <gtest/gtest.h>

namespace enks::phone {
namespace {

using exportfile::ExportFileContent;
using exportfile::WireKey;
using exportfile::WireReportType;
using exposure::ReportType;

constexpr std::int32_t kStart = 2642976;
const UnixTime kDayAfter = exposure::StartOf(Interval{kStart + 144});
constexpr std::chrono::hours kDelivery{24};

Tek MakeTek(std::uint8_t seed) {
  std::array<std::uint8_t, 16> bytes;
  bytes.fill(seed);
  return {.key = KeyData(bytes), .start = Interval{kStart}};
}

constexpr std::int32_t kRisk = 5;

WireKey Wire(const Tek& tek, WireReportType type) {
  WireKey key;
  key.transmission_risk = kRisk;
  key.key = tek.key;
  key.rolling_start = tek.start;
  key.rolling_period = tek.period;
  key.report_type = type;
  return key;
}

class LedgerTest : public testing::Test {
 protected:
  void Upload(ReportType type, UploadOutcome outcome = UploadOutcome::kAccepted,
              std::int64_t risk = kRisk) {
    ledger_.NoteUpload(3, {tek_}, {.report_type = type, .transmission_risk = risk}, outcome,
                       kDayAfter);
  }
  // How many keys of these files are not as they were shared.
  std::int64_t AlteredAfter(const WireKey& primary) {
    ExportFileContent file;
    file.keys = {primary};
    const std::int64_t before = ledger_.exported_altered();
    ledger_.NoteFile(file, kDayAfter);
    return ledger_.exported_altered() - before;
  }
  std::int64_t AlteredAfterRevised(const WireKey& revised) {
    ExportFileContent file;
    file.revised_keys = {revised};
    const std::int64_t before = ledger_.exported_altered();
    ledger_.NoteFile(file, kDayAfter);
    return ledger_.exported_altered() - before;
  }
  void SeePrimary(UnixTime now = kDayAfter) {
    ExportFileContent file;
    file.keys = {Wire(tek_, WireReportType::kConfirmedTest)};
    ledger_.NoteFile(file, now);
  }
  void SeeRevised(WireReportType type) {
    ExportFileContent file;
    file.revised_keys = {Wire(tek_, type)};
    ledger_.NoteFile(file, kDayAfter);
  }

  const Tek tek_ = MakeTek(1);
  Ledger ledger_;
};

TEST_F(LedgerTest, MissesATakenKeyUntilItIsSeenInAFile) {
  Upload(ReportType::kConfirmed);
  EXPECT_EQ(ledger_.NeverExported(), 1);
  SeePrimary();
  EXPECT_EQ(ledger_.NeverExported(), 0);
  EXPECT_EQ(ledger_.ExportedTwice(), 0);
}

TEST_F(LedgerTest, NoticesAKeyThatIsExportedTwice) {
  Upload(ReportType::kConfirmed);
  SeePrimary();
  SeePrimary();
  EXPECT_EQ(ledger_.ExportedTwice(), 1);
}

TEST_F(LedgerTest, NoticesEachValueThatIsExportedOtherThanItWasShared) {
  Upload(ReportType::kConfirmed);
  const WireKey good = Wire(tek_, WireReportType::kConfirmedTest);
  EXPECT_EQ(AlteredAfter(good), 0);
  WireKey bad = good;
  bad.rolling_start.number += 1;
  EXPECT_EQ(AlteredAfter(bad), 1) << "start";
  bad = good;
  bad.rolling_period -= 1;
  EXPECT_EQ(AlteredAfter(bad), 1) << "period";
  bad = good;
  bad.report_type = WireReportType::kSelfReport;
  EXPECT_EQ(AlteredAfter(bad), 1) << "report type";
  bad = good;
  bad.transmission_risk += 1;
  EXPECT_EQ(AlteredAfter(bad), 1) << "transmission risk";
}

TEST_F(LedgerTest, KnowsTheRiskThatTheServerFillsIn) {
  for (const auto& [type, wire, risk] :
       {std::tuple(ReportType::kConfirmed, WireReportType::kConfirmedTest, 2),
        std::tuple(ReportType::kLikely, WireReportType::kConfirmedClinicalDiagnosis, 4),
        std::tuple(ReportType::kUserReport, WireReportType::kSelfReport, 0)}) {
    ledger_ = {};
    Upload(type, UploadOutcome::kAccepted, 0);
    WireKey key = Wire(tek_, wire);
    key.transmission_risk = risk;
    EXPECT_EQ(AlteredAfter(key), 0) << risk;
    key.transmission_risk = risk + 1;
    EXPECT_EQ(AlteredAfter(key), 1) << risk;
  }
}

TEST_F(LedgerTest, KnowsTheRiskThatTheServerFillsInForARevocation) {
  Upload(ReportType::kLikely, UploadOutcome::kAccepted, 0);
  Upload(ReportType::kNegative, UploadOutcome::kAccepted, 0);
  WireKey key = Wire(tek_, WireReportType::kRevoked);
  key.transmission_risk = 6;
  EXPECT_EQ(AlteredAfterRevised(key), 0);
}

TEST_F(LedgerTest, ExpectsTheFirstWeightInThePrimaryListAndTheNewOneInTheRevised) {
  Upload(ReportType::kLikely);
  Upload(ReportType::kConfirmed, UploadOutcome::kAccepted, kRisk + 1);
  EXPECT_EQ(AlteredAfter(Wire(tek_, WireReportType::kConfirmedClinicalDiagnosis)), 0);
  EXPECT_EQ(AlteredAfter(Wire(tek_, WireReportType::kConfirmedTest)), 1);
  WireKey revised = Wire(tek_, WireReportType::kConfirmedTest);
  EXPECT_EQ(AlteredAfterRevised(revised), 1) << "the risk of the first upload";
  revised.transmission_risk = kRisk + 1;
  EXPECT_EQ(AlteredAfterRevised(revised), 0);
  revised.report_type = WireReportType::kConfirmedClinicalDiagnosis;
  EXPECT_EQ(AlteredAfterRevised(revised), 1) << "the type of the first upload";
}

TEST_F(LedgerTest, ComparesOnlyTimesOfAKeyThatTheServerLeftOpen) {
  Upload(ReportType::kLikely, UploadOutcome::kUnavailable);
  WireKey key = Wire(tek_, WireReportType::kConfirmedTest);
  EXPECT_EQ(AlteredAfter(key), 0);
  key.rolling_period -= 1;
  EXPECT_EQ(AlteredAfter(key), 1);
}

TEST_F(LedgerTest, TakesNoPaddingForAnAlteredKey) {
  Upload(ReportType::kConfirmed);
  EXPECT_EQ(AlteredAfter(Wire(MakeTek(2), WireReportType::kRevoked)), 0);
}

TEST_F(LedgerTest, ExpectsNothingOfARefusedUpload) {
  Upload(ReportType::kConfirmed, UploadOutcome::kRefused);
  EXPECT_EQ(ledger_.KeysShared(), 0);
  EXPECT_EQ(ledger_.NeverExported(), 0);
}

TEST_F(LedgerTest, IsNotCertainOfWhatTheServerLeftOpen) {
  for (const UploadOutcome outcome : {UploadOutcome::kPartial, UploadOutcome::kUnavailable}) {
    Ledger ledger;
    ledger.NoteUpload(3, {tek_}, {}, outcome, kDayAfter);
    EXPECT_FALSE(ledger.SharedKeys(kDelivery).at(0).certain);
    EXPECT_EQ(ledger.NeverExported(), 0);
  }
}

TEST_F(LedgerTest, IsCertainOfAnUploadWhoseFirstAnswerWasLost) {
  Upload(ReportType::kConfirmed, UploadOutcome::kStoredEarlier);
  EXPECT_TRUE(ledger_.SharedKeys(kDelivery).at(0).certain);
}

TEST_F(LedgerTest, ExpectsNoKeyWhoseFirstResultIsNegative) {
  Upload(ReportType::kNegative);
  EXPECT_EQ(ledger_.KeysShared(), 0);
}

TEST_F(LedgerTest, RevokesAKeyThatTurnsNegative) {
  Upload(ReportType::kLikely);
  EXPECT_FALSE(ledger_.SharedKeys(kDelivery).at(0).revoked);
  Upload(ReportType::kNegative);
  EXPECT_TRUE(ledger_.SharedKeys(kDelivery).at(0).revoked);
}

TEST_F(LedgerTest, MissesARevisionUntilItsNewTypeIsSeen) {
  Upload(ReportType::kLikely);
  SeePrimary();
  EXPECT_EQ(ledger_.RevisionsNeverExported(), 0);
  Upload(ReportType::kNegative);
  EXPECT_EQ(ledger_.RevisionsNeverExported(), 1);
  SeeRevised(WireReportType::kConfirmedTest);
  EXPECT_EQ(ledger_.RevisionsNeverExported(), 1) << "not what was shared";
  SeeRevised(WireReportType::kRevoked);
  EXPECT_EQ(ledger_.RevisionsNeverExported(), 0);
}

TEST_F(LedgerTest, TheSameResultAgainIsNoRevision) {
  Upload(ReportType::kLikely);
  Upload(ReportType::kLikely);
  EXPECT_EQ(ledger_.RevisionsNeverExported(), 0);
  EXPECT_EQ(ledger_.KeysShared(), 1);
}

TEST_F(LedgerTest, NoticesAKeyThatIsPublishedWhileItIsValid) {
  SeePrimary(kDayAfter);
  EXPECT_EQ(ledger_.embargo_breaches(), 0) << "the key has just ended";
  SeePrimary(kDayAfter - std::chrono::seconds(1));
  EXPECT_EQ(ledger_.embargo_breaches(), 1) << "padding or not";
}

TEST_F(LedgerTest, GivesAKeyTimeFromItsEndIfItIsSharedEarlier) {
  const UnixTime noon = kDayAfter - std::chrono::hours(12);
  ledger_.NoteUpload(3, {tek_}, {}, UploadOutcome::kAccepted, noon);
  const SharedKey key = ledger_.SharedKeys(kDelivery).at(0);
  EXPECT_EQ(key.sender, 3);
  EXPECT_EQ(key.known_from, noon);
  EXPECT_EQ(key.known_by, kDayAfter + kDelivery);
}

}  // namespace
}  // namespace enks::phone
