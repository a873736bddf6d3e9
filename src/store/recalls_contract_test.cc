#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/virtual_clock.h"
#include "store/open.h"
#include "store/runs/testing/uploads.h"
#include "store/testing/scratch_database.h"
#include "store/testing/store_contract.h"

// What store.h promises of recalls, on both engines.
namespace enks::store {
namespace {

using exposure::Interval;
using exposure::KeyData;
using exposure::Refusal;
using exposure::ReportType;
using exposure::Window;
using runs::testing::kHour;
using runs::testing::kRelease;
using runs::testing::MakeUpload;
using runs::testing::RevisionOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Keys = std::map<KeyData, ExportedKey>;

class RecallsContractTest : public testing::StoreContractTest {
 protected:
  // Every time there is; and when the recall's revisions are released, unless something moves them.
  static constexpr Window kAlways{UnixTime::min(), UnixTime::max()};
  static constexpr UnixTime kRecalled = kRelease + 5 * kHour;

  KeyUpload NewUpload(std::size_t count = 3, UnixTime release_at = kRelease) {
    return MakeUpload(random_, count, release_at);
  }
  KeyUpload NewUpload(std::string key_version, std::int64_t authority = 1) {
    KeyUpload upload = NewUpload();
    upload.origin.certificate_key_version = std::move(key_version);
    upload.origin.health_authority_id = authority;
    return upload;
  }
  void Publish(const KeyUpload& upload) {
    const auto outcome = store_->StoreUploadAndWait(upload);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    ASSERT_EQ(outcome->refusal, Refusal::kNone);
    ASSERT_EQ(outcome->inserted + outcome->revised, static_cast<int>(upload.keys.size()));
  }

  // Closes every window up to `end`, as an export that leases a batch does.
  ExportBatch CloseWindowsUntil(UnixTime end) {
    ExportConfig config;
    config.bucket = "bucket";
    config.filename_root = "root" + std::to_string(++configs_);
    config.output_region = "US";
    config.from = kRelease;
    const auto id = store_->AddExportConfig(config);
    EXPECT_TRUE(id.ok()) << id.status();
    EXPECT_TRUE(store_->CreateBatches(*id, std::nullopt, {{kRelease, end}}).ok());
    const auto batch = store_->LeaseBatch(end + kHour, std::chrono::seconds(60));
    EXPECT_TRUE(batch.ok() && batch->has_value()) << batch.status();
    return **batch;
  }

  Keys Read(KeyPass pass, Window window = kAlways) {
    Keys keys;
    EXPECT_EQ(store_->ForEachKey(window, pass, {},
                                 [&](const ExportedKey& key) -> Status {
                                   EXPECT_TRUE(keys.emplace(key.key, key).second)
                                       << "a key comes twice in one pass";
                                   return absl::OkStatus();
                                 }),
              absl::OkStatus());
    return keys;
  }

  static RecallSelection OfAuthority(std::int64_t id, std::string key_version = "") {
    RecallSelection selection;
    selection.health_authority_id = id;
    selection.certificate_key_version = std::move(key_version);
    return selection;
  }

  Recall Begin(const RecallSelection& selection) {
    Recall recall;
    recall.operator_name = "ada";
    recall.reason = "stolen key";
    recall.selection = selection;
    recall.started_at = kRecalled;
    const auto id = store_->AddRecall(recall);
    EXPECT_TRUE(id.ok()) << id.status();
    recall.id = *id;
    return recall;
  }
  RecallCounts CarryOut(const RecallSelection& selection) {
    const Recall recall = Begin(selection);
    EXPECT_EQ(store_->CarryOutRecall(recall, kRecalled, nullptr), absl::OkStatus());
    EXPECT_EQ(store_->FinishRecall(recall.id, kRecalled), absl::OkStatus());
    return store_->Recalls()->front().counts;
  }

  void ExpectRevoked(const Keys& revised, const KeyUpload& upload) {
    for (const auto& key : upload.keys) {
      const auto found = revised.find(key.key);
      ASSERT_NE(found, revised.end());
      EXPECT_EQ(found->second.report_type, ReportType::kNegative);
      EXPECT_EQ(found->second.transmission_risk, 6);
      EXPECT_EQ(found->second.rolling_start, key.rolling_start);
      EXPECT_EQ(found->second.days_since_onset, key.days_since_onset);
      EXPECT_EQ(found->second.release_at, kRecalled);
    }
  }

  base::SeededRandom random_{11};
  int configs_ = 0;
};
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

TEST_P(RecallsContractTest, WhatSelectsNothingIsRefused) {
  Recall recall;
  EXPECT_TRUE(absl::IsInvalidArgument(store_->AddRecall(recall).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store_->ForecastRecall({}).status()));
  recall.selection.certificate_key_version = "v1";
  EXPECT_TRUE(absl::IsInvalidArgument(store_->AddRecall(recall).status()));
  recall.selection = {};
  recall.selection.released_from = kRelease;
  recall.selection.released_thru = kRelease;
  EXPECT_TRUE(absl::IsInvalidArgument(store_->AddRecall(recall).status()));
  EXPECT_THAT(*store_->Recalls(), IsEmpty());
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

TEST_P(RecallsContractTest, RepeatedItChangesNothing) {
  const KeyUpload wrong = NewUpload();
  Publish(wrong);
  CloseWindowsUntil(kRelease + kHour);
  CarryOut(OfAuthority(1));
  EXPECT_EQ(store_->ForecastRecall(OfAuthority(1))->total, RecallCounts());
  EXPECT_EQ(CarryOut(OfAuthority(1)), RecallCounts());
  ExpectRevoked(Read(KeyPass::kRevised), wrong);
}

TEST_P(RecallsContractTest, BrokenOffItIsTakenUpWhereItStoodAndTheRecordIsRight) {
  const KeyUpload wrong = NewUpload(5000);
  Publish(wrong);
  CloseWindowsUntil(kRelease + kHour);
  const Recall recall = Begin(OfAuthority(1));
  const Status killed = absl::CancelledError("killed");
  EXPECT_EQ(store_->CarryOutRecall(recall, kRecalled, [&](const auto&) { return killed; }), killed);
  const std::int64_t before = store_->Recalls()->front().counts.revoked;
  EXPECT_GT(before, 0);
  EXPECT_LT(before, 5000);
  EXPECT_FALSE(store_->Recalls()->front().finished_at);

  store_ = Open();
  EXPECT_EQ(store_->ForecastRecall(OfAuthority(1))->total.revoked, 5000 - before);
  EXPECT_EQ(CarryOut(OfAuthority(1)).revoked, 5000 - before);
  const Keys revised = Read(KeyPass::kRevised);
  EXPECT_EQ(revised.size(), 5000U);
  ExpectRevoked(revised, wrong);
  EXPECT_EQ(store_->Recalls()->size(), 2U);
}

// Another process stores and revises while the recall works through the same keys.
TEST_P(RecallsContractTest, BesideUploadsThatReviseTheSameKeysEachKeyEndsRevokedOnce) {
  std::vector<KeyUpload> wrong;
  for (int i = 0; i < 200; ++i) wrong.push_back(NewUpload(30));
  for (const KeyUpload& upload : wrong) {
    store_->SubmitUpload(upload, [](const auto& outcome) { EXPECT_TRUE(outcome.ok()); });
  }
  Publish(NewUpload());  // and with it what was queued before
  CloseWindowsUntil(kRelease + kHour);
  const auto phones = Open();
  for (const KeyUpload& upload : wrong) {
    phones->SubmitUpload(RevisionOf(upload, ReportType::kConfirmed), [](const auto& outcome) {
      ASSERT_TRUE(outcome.ok()) << outcome.status();
      EXPECT_THAT(outcome->refusal, ::testing::AnyOf(Refusal::kNone, Refusal::kKeyAlreadyRevised));
    });
  }
  CarryOut(OfAuthority(1));
  EXPECT_TRUE(phones->StoreUploadAndWait(NewUpload()).ok());
  CarryOut(OfAuthority(1));  // what was revised after the first had passed
  const Keys revised = Read(KeyPass::kRevised);
  EXPECT_EQ(revised.size(), 200U * 30 + 3);
  for (const auto& [data, key] : revised) EXPECT_EQ(key.report_type, ReportType::kNegative);
}

TEST_P(RecallsContractTest, PaddingGoesInTheShareOfTheRealKeysItHides) {
  for (const std::int64_t authority : {1, 1, 1, 2}) Publish(NewUpload("v1", authority));
  const ExportBatch batch = CloseWindowsUntil(kRelease + kHour);
  KeyUpload padding = NewUpload(100);
  Origin origin;
  origin.regions = {"US"};
  origin.generated = true;
  Origin elsewhere = origin;
  elsewhere.regions = {"CA"};
  ASSERT_EQ(store_->AddPadding(batch, {{origin, padding.keys}, {elsewhere, NewUpload(10).keys}}),
            absl::OkStatus());
  EXPECT_EQ(CarryOut(OfAuthority(1)), (RecallCounts{.revoked = 9, .padding = 75}));
  EXPECT_EQ(CarryOut(OfAuthority(1)), RecallCounts());
  EXPECT_EQ(Read(KeyPass::kRevised).size(), 84U);
  // With the rest of the real keys goes the rest of the padding, and nothing of other places.
  EXPECT_EQ(CarryOut(OfAuthority(2)), (RecallCounts{.revoked = 3, .padding = 25}));
  const Keys revised = Read(KeyPass::kRevised);
  ExpectRevoked(revised, padding);
}

TEST_P(RecallsContractTest, TheForecastTellsAuthoritiesAndDaysAndChangesNothing) {
  Publish(NewUpload("v1", 1));
  Publish(NewUpload("v1", 2));
  CloseWindowsUntil(kRelease + kHour);
  KeyUpload tomorrow = NewUpload("v1", 2);
  for (auto& key : tomorrow.keys) key.release_at = kRelease + 24 * kHour;
  Publish(tomorrow);
  RecallSelection selection;
  selection.released_from = kRelease;
  const auto forecast = store_->ForecastRecall(selection);
  ASSERT_TRUE(forecast.ok()) << forecast.status();
  const UnixTime day = exposure::TruncateTo(kRelease, 24 * kHour);
  ASSERT_EQ(forecast->lines.size(), 3U);
  EXPECT_EQ(forecast->lines[0].health_authority_id, 1);
  EXPECT_EQ(forecast->lines[0].day, day);
  EXPECT_EQ(forecast->lines[0].counts, (RecallCounts{.revoked = 3}));
  EXPECT_EQ(forecast->lines[1].health_authority_id, 2);
  EXPECT_EQ(forecast->lines[1].day, day);
  EXPECT_EQ(forecast->lines[2].day, day + 24 * kHour);
  EXPECT_EQ(forecast->lines[2].counts, (RecallCounts{.withdrawn = 3}));
  EXPECT_EQ(forecast->total, (RecallCounts{.revoked = 6, .withdrawn = 3}));
  EXPECT_THAT(Read(KeyPass::kRevised), IsEmpty());
  EXPECT_EQ(Read(KeyPass::kPrimary).size(), 9U);
  EXPECT_THAT(*store_->Recalls(), IsEmpty());
}

TEST_P(RecallsContractTest, TheRecordTellsWhoWhenWhatAndWhy) {
  Recall recall;
  recall.operator_name = "ada";
  recall.reason = "broken feed of laboratory 7";
  recall.issuer = "https://health.example";
  recall.selection = OfAuthority(4, "v9");
  recall.selection.app = "org.example.app";
  recall.selection.released_from = kRelease;
  recall.selection.released_thru = kRelease + kHour;
  recall.started_at = kRecalled;
  const auto id = store_->AddRecall(recall);
  ASSERT_TRUE(id.ok()) << id.status();
  const auto listed = store_->Recalls();
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().id, *id);
  EXPECT_EQ(listed->front().operator_name, recall.operator_name);
  EXPECT_EQ(listed->front().reason, recall.reason);
  EXPECT_EQ(listed->front().issuer, recall.issuer);
  EXPECT_EQ(listed->front().selection, recall.selection);
  EXPECT_EQ(listed->front().started_at, kRecalled);
  EXPECT_EQ(listed->front().finished_at, std::nullopt);
  EXPECT_EQ(store_->FinishRecall(*id, kRecalled + kHour), absl::OkStatus());
  EXPECT_EQ(store_->Recalls()->front().finished_at, kRecalled + kHour);
  EXPECT_TRUE(absl::IsNotFound(store_->FinishRecall(*id + 1, kRecalled)));
}

TEST_P(RecallsContractTest, WithoutItsRecordARecallChangesNothing) {
  Publish(NewUpload());
  CloseWindowsUntil(kRelease + kHour);
  Recall recall;
  recall.id = 77;
  recall.selection = OfAuthority(1);
  EXPECT_TRUE(absl::IsNotFound(store_->CarryOutRecall(recall, kRecalled, nullptr)));
  EXPECT_THAT(Read(KeyPass::kRevised), IsEmpty());
}

}  // namespace
}  // namespace enks::store
