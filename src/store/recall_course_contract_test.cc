#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/recall_stage.h"

// The course of a recall, as store.h promises: refused, foretold, broken off, beside uploads, with
// its padding and its record; on both engines.
namespace enks::store {
namespace {

using exposure::Refusal;
using exposure::ReportType;
using runs::testing::kHour;
using runs::testing::kRelease;
using runs::testing::RevisionOf;
using ::testing::IsEmpty;

class RecallCourseTest : public testing::RecallStage {};
INSTANTIATE_ON_BOTH_ENGINES(RecallCourseTest);

TEST_P(RecallCourseTest, WhatSelectsNothingIsRefused) {
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

TEST_P(RecallCourseTest, RepeatedItChangesNothing) {
  const KeyUpload wrong = NewUpload();
  Publish(wrong);
  CloseWindowsUntil(kRelease + kHour);
  CarryOut(OfAuthority(1));
  EXPECT_EQ(store_->ForecastRecall(OfAuthority(1))->total, RecallCounts());
  EXPECT_EQ(CarryOut(OfAuthority(1)), RecallCounts());
  ExpectRevoked(Read(KeyPass::kRevised), wrong);
}

TEST_P(RecallCourseTest, BrokenOffItIsTakenUpWhereItStoodAndTheRecordIsRight) {
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

TEST_P(RecallCourseTest, BesideUploadsThatReviseTheSameKeysEachKeyEndsRevokedOnce) {
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

TEST_P(RecallCourseTest, PaddingGoesInTheShareOfTheRealKeysItHides) {
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

TEST_P(RecallCourseTest, TheForecastTellsAuthoritiesAndDaysAndChangesNothing) {
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

TEST_P(RecallCourseTest, TheRecordTellsWhoWhenWhatAndWhy) {
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

TEST_P(RecallCourseTest, WithoutItsRecordARecallChangesNothing) {
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
