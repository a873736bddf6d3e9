#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/recall_stage.h"

// What a recall makes of keys, as store.h promises, on both engines.
namespace enks::store {
namespace {

using exposure::Refusal;
using exposure::ReportType;
using runs::testing::kHour;
using runs::testing::kRelease;
using runs::testing::RevisionOf;
using ::testing::IsEmpty;

class RecallsContractTest : public testing::RecallStage {};
INSTANTIATE_ON_BOTH_ENGINES(RecallsContractTest);

TEST_P(RecallsContractTest, PublishedKeysOfAnAuthorityAreRevokedAndNoOthers) {
  const KeyUpload wrong = NewUpload("v1", 1);
  const KeyUpload right = NewUpload("v1", 2);
  Publish(wrong);
  Publish(right);
  CloseWindowsUntil(kRelease + kHour);
  EXPECT_EQ(CarryOut(OfAuthority(1)), (RecallCounts{.revoked = 3}));
  const Keys revised = Read(KeyPass::kRevised);
  EXPECT_EQ(revised.size(), 3U);
  ExpectRevoked(revised, wrong);
  EXPECT_EQ(Read(KeyPass::kPrimary).size(), 6U);
}

TEST_P(RecallsContractTest, ConfirmedKeysAreRevoked) {
  KeyUpload wrong = NewUpload();
  for (auto& key : wrong.keys) key.report_type = ReportType::kConfirmed;
  Publish(wrong);
  CloseWindowsUntil(kRelease + kHour);
  EXPECT_EQ(CarryOut(OfAuthority(1)).revoked, 3);
  ExpectRevoked(Read(KeyPass::kRevised), wrong);
}

TEST_P(RecallsContractTest, EverySelectorNarrowsTheChoice) {
  const KeyUpload wrong = NewUpload("v2", 1);
  KeyUpload other_app = NewUpload("v2", 1);
  other_app.origin.app = "org.example.other";
  KeyUpload later = NewUpload("v2", 1);
  for (auto& key : later.keys) key.release_at = kRelease + kHour;
  const KeyUpload other_key = NewUpload("v1", 1);
  for (const KeyUpload& upload : {wrong, other_app, later, other_key}) Publish(upload);
  CloseWindowsUntil(kRelease + 2 * kHour);
  RecallSelection selection = OfAuthority(1, "v2");
  EXPECT_EQ(store_->ForecastRecall(selection)->total.revoked, 9);
  selection.app = wrong.origin.app;
  EXPECT_EQ(store_->ForecastRecall(selection)->total.revoked, 6);
  selection.released_thru = kRelease + kHour;
  EXPECT_EQ(store_->ForecastRecall(selection)->total.revoked, 3);
  selection.released_from = kRelease;
  EXPECT_EQ(CarryOut(selection).revoked, 3);
  const Keys revised = Read(KeyPass::kRevised);
  EXPECT_EQ(revised.size(), 3U);
  ExpectRevoked(revised, wrong);
  selection.released_from = kRelease + std::chrono::seconds(1);
  EXPECT_EQ(store_->ForecastRecall(selection)->total.revoked, 0);
}

TEST_P(RecallsContractTest, KeysPublishedWithoutACertificateAreSelectedByApp) {
  KeyUpload wrong = NewUpload();
  wrong.origin.health_authority_id.reset();
  wrong.origin.certificate_key_version.clear();
  Publish(wrong);
  CloseWindowsUntil(kRelease + kHour);
  EXPECT_EQ(store_->ForecastRecall(OfAuthority(1))->total, RecallCounts());
  RecallSelection selection;
  selection.app = wrong.origin.app;
  EXPECT_EQ(CarryOut(selection).revoked, 3);
}

TEST_P(RecallsContractTest, KeysThatNoExportMayHoldAreDeletedAndTheirNeighboursStay) {
  const KeyUpload wrong = NewUpload("v1", 1);
  const KeyUpload right = NewUpload("v1", 2);
  Publish(wrong);
  Publish(right);
  EXPECT_EQ(CarryOut(OfAuthority(1)), (RecallCounts{.withdrawn = 3}));
  EXPECT_THAT(Read(KeyPass::kRevised), IsEmpty());
  const Keys left = Read(KeyPass::kPrimary);
  EXPECT_EQ(left.size(), 3U);
  for (const auto& key : right.keys) EXPECT_TRUE(left.contains(key.key));
}

// Today's key of a phone is released once it has expired. Were it revised instead, phones would be
// told of the diagnosis after its recall.
TEST_P(RecallsContractTest, AKeyUnderEmbargoIsNeverPublished) {
  KeyUpload wrong = NewUpload();
  wrong.keys.back().release_at = kRecalled + 20 * kHour;
  Publish(wrong);
  CloseWindowsUntil(kRelease + kHour);
  EXPECT_EQ(CarryOut(OfAuthority(1)), (RecallCounts{.revoked = 2, .withdrawn = 1}));
  EXPECT_THAT(Read(KeyPass::kPrimary, {kRelease + kHour, UnixTime::max()}), IsEmpty());
  EXPECT_FALSE(Read(KeyPass::kRevised).contains(wrong.keys.back().key));
}

TEST_P(RecallsContractTest, AKeyThatWasDeletedMayComeAgainFromOneWhoIsEntitledTo) {
  const KeyUpload wrong = NewUpload("v1");
  Publish(wrong);
  CarryOut(OfAuthority(1));
  KeyUpload again = wrong;
  again.origin.certificate_key_version = "v2";
  Publish(again);
  EXPECT_EQ(Read(KeyPass::kPrimary).size(), 3U);
  EXPECT_EQ(store_->ForecastRecall(OfAuthority(1, "v1"))->total, RecallCounts());
}

TEST_P(RecallsContractTest, ARevisionInAClosedWindowGivesWayToTheRecall) {
  const KeyUpload wrong = NewUpload();
  Publish(wrong);
  Publish(RevisionOf(wrong, ReportType::kConfirmed));
  CloseWindowsUntil(kRelease + kHour);
  EXPECT_EQ(CarryOut(OfAuthority(1)).revoked, 3);
  // Read() fails if a key comes twice.
  const Keys revised = Read(KeyPass::kRevised);
  EXPECT_EQ(revised.size(), 3U);
  ExpectRevoked(revised, wrong);
}

TEST_P(RecallsContractTest, ARevisionInTheVerySlotOfTheRecallGivesWay) {
  const KeyUpload wrong = NewUpload();
  Publish(wrong);
  CloseWindowsUntil(kRelease + kHour);
  KeyUpload revision = RevisionOf(wrong, ReportType::kConfirmed);
  for (auto& key : revision.keys) key.release_at = kRecalled;
  Publish(revision);
  EXPECT_EQ(CarryOut(OfAuthority(1)).revoked, 3);
  ExpectRevoked(Read(KeyPass::kRevised), wrong);
}

TEST_P(RecallsContractTest, AKeyThatAnotherAuthorityReportedAgainStandsByThat) {
  const KeyUpload wrong = NewUpload("v1", 1);
  Publish(wrong);
  KeyUpload revision = RevisionOf(wrong, ReportType::kConfirmed);
  revision.origin.health_authority_id = 2;
  Publish(revision);
  CloseWindowsUntil(kRelease + kHour);
  EXPECT_EQ(CarryOut(OfAuthority(1)), RecallCounts());
  EXPECT_EQ(Read(KeyPass::kRevised).begin()->second.report_type, ReportType::kConfirmed);
}

TEST_P(RecallsContractTest, AWrongRevisionThatIsNotOutLeavesTheFirstReport) {
  const KeyUpload right = NewUpload("v1", 1);
  Publish(right);
  CloseWindowsUntil(kRelease + kHour);
  KeyUpload wrong = RevisionOf(right, ReportType::kConfirmed);
  wrong.origin.health_authority_id = 2;
  Publish(wrong);
  EXPECT_EQ(CarryOut(OfAuthority(2)), (RecallCounts{.withdrawn = 3}));
  EXPECT_THAT(Read(KeyPass::kRevised), IsEmpty());
  EXPECT_EQ(Read(KeyPass::kPrimary).size(), 3U);
}

TEST_P(RecallsContractTest, TheRevisionIsReleasedInTheFirstWindowThatIsOpen) {
  Publish(NewUpload());
  CloseWindowsUntil(kRecalled + 3 * kHour);
  CarryOut(OfAuthority(1));
  EXPECT_EQ(Read(KeyPass::kRevised).begin()->second.release_at, kRecalled + 3 * kHour);
}

TEST_P(RecallsContractTest, NoUploadTakesTheRecallBack) {
  const KeyUpload wrong = NewUpload();
  Publish(wrong);
  CloseWindowsUntil(kRelease + kHour);
  CarryOut(OfAuthority(1));
  EXPECT_EQ(store_->StoreUploadAndWait(wrong)->refusal, Refusal::kMissingRevisionToken);
  EXPECT_EQ(store_->StoreUploadAndWait(RevisionOf(wrong, ReportType::kConfirmed))->refusal,
            Refusal::kKeyAlreadyRevised);
  EXPECT_EQ(store_->StoreUploadAndWait(RevisionOf(wrong, ReportType::kLikely))->revised, 0);
  EXPECT_EQ(store_->StoreUploadAndWait(RevisionOf(wrong, ReportType::kNegative))->revised, 0);
  ExpectRevoked(Read(KeyPass::kRevised), wrong);
}

// Another process stores and revises while the recall works through the same keys.

}  // namespace
}  // namespace enks::store
