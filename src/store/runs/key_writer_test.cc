#include "store/runs/key_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/runs/run_tables.h"
#include "store/runs/testing/key_writer_fixture.h"

namespace enks::store::runs {
namespace {

using exposure::Refusal;
using exposure::ReportType;
using testing::CountStored;
using testing::kHour;
using testing::kRelease;
using testing::RevisionOf;
using testing::StoredKeys;
using Engine = StoreLocation::Engine;

class KeyWriterTest : public testing::KeyWriterFixture {};

INSTANTIATE_TEST_SUITE_P(Engines, KeyWriterTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         testing::NameOfEngine);

TEST_P(KeyWriterTest, UploadsThatWaitShareOneCommitAndAHandfulOfStatements) {
  constexpr int kUploads = 100;
  Start();
  ASSERT_TRUE(Store(NewUpload()).ok());
  const auto before = writer_->stats();
  database_.Hold();
  const std::int64_t calls = database_.calls();
  std::vector<std::future<Outcome>> outcomes;
  std::vector<KeyUpload> uploads;
  for (int i = 0; i < kUploads; ++i) {
    uploads.push_back(NewUpload());
    outcomes.push_back(Submit(uploads.back()));
  }
  database_.Release();
  for (auto& outcome : outcomes) EXPECT_EQ(outcome.get()->inserted, 14);

  const auto after = writer_->stats();
  EXPECT_EQ(after.commits - before.commits, 1);
  EXPECT_EQ(after.uploads - before.uploads, kUploads);
  EXPECT_EQ(after.runs_written - before.runs_written, 1);
  EXPECT_EQ(after.keys_indexed - before.keys_indexed, kUploads * 14);
  // Begin, lock, state, one run, state, commit: neither the origin nor the open run is asked for.
  EXPECT_EQ(database_.calls() - calls, 6);
  for (const KeyUpload& upload : uploads) EXPECT_EQ(CountStored(*reader_, upload), 14U);
}

TEST_P(KeyWriterTest, ACommitTakesNoMoreUploadsThanItsLimit) {
  StoreLimits limits;
  limits.commit_uploads_max = 3;
  Start(limits);
  database_.Hold();
  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < 7; ++i) outcomes.push_back(Submit(NewUpload(1)));
  database_.Release();
  for (auto& outcome : outcomes) EXPECT_TRUE(outcome.get().ok());
  EXPECT_EQ(writer_->stats().commits, 3);
}

TEST_P(KeyWriterTest, AFullQueueRefusesAtOnceAndStoresNothingOfIt) {
  StoreLimits limits;
  limits.queue_uploads_max = 2;
  Start(limits);
  database_.Hold();
  auto first = Submit(NewUpload());
  database_.AwaitHeld();  // the queue keeps its uploads until the commit has begun
  auto second = Submit(NewUpload());
  const KeyUpload refused = NewUpload();
  EXPECT_EQ(Store(refused).status().code(), absl::StatusCode::kResourceExhausted);
  database_.Release();
  EXPECT_TRUE(first.get().ok());
  EXPECT_TRUE(second.get().ok());
  EXPECT_EQ(CountStored(*reader_, refused), 0U);
}

TEST_P(KeyWriterTest, WhatIsQueuedIsStoredBeforeTheWriterStops) {
  Start();
  database_.Hold();
  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < 5; ++i) outcomes.push_back(Submit(NewUpload()));
  database_.AwaitHeld();
  database_.Release();
  writer_.reset();
  for (auto& outcome : outcomes) EXPECT_TRUE(outcome.get().ok());
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kPrimary).size(), 5U * 14);
}

TEST_P(KeyWriterTest, ARefusedUploadStoresNothingAndSparesItsNeighbours) {
  Start();
  const KeyUpload known = NewUpload(2);
  ASSERT_TRUE(Store(known).ok());
  KeyUpload mixed = NewUpload(3);
  mixed.keys.push_back(known.keys[0]);
  const KeyUpload before = NewUpload();
  const KeyUpload after = NewUpload();
  database_.Hold();
  auto first = Submit(before);
  auto refused = Submit(mixed);
  auto last = Submit(after);
  database_.Release();
  EXPECT_EQ(refused.get()->refusal, Refusal::kMissingRevisionToken);
  EXPECT_EQ(first.get()->inserted, 14);
  EXPECT_EQ(last.get()->inserted, 14);
  EXPECT_EQ(CountStored(*reader_, mixed), 1U);  // the key that was there before
  EXPECT_EQ(CountStored(*reader_, before), 14U);
  EXPECT_EQ(CountStored(*reader_, after), 14U);
}

TEST_P(KeyWriterTest, ARefusedUploadIsAnsweredAfterACommitLikeAnAcceptedOne) {
  Start();
  const KeyUpload known = NewUpload();
  ASSERT_TRUE(Store(known).ok());
  KeyUpload changed = known;
  changed.keys[0].report_type = ReportType::kConfirmed;
  const auto before = writer_->stats();
  EXPECT_EQ(Store(changed)->refusal, Refusal::kMissingRevisionToken);
  EXPECT_EQ(writer_->stats().commits, before.commits + 1);
  EXPECT_EQ(writer_->stats().runs_written, before.runs_written);
  EXPECT_EQ(ReadKeyState(*reader_)->change, 2);
}

TEST_P(KeyWriterTest, AKeyWithImpossibleValuesOrTwiceIsRefusedAtOnce) {
  Start();
  KeyUpload upload = NewUpload(2);
  upload.keys[1].rolling_period = 145;
  EXPECT_EQ(Store(upload).status().code(), absl::StatusCode::kInvalidArgument);
  upload = NewUpload(2);
  upload.keys[1].key = upload.keys[0].key;
  EXPECT_EQ(Store(upload).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(writer_->stats().commits, 0);
}

TEST_P(KeyWriterTest, UploadsOfOneCommitSeeTheKeysOfThoseBeforeThem) {
  Start();
  const KeyUpload upload = NewUpload();
  KeyUpload repeated = upload;
  repeated.policy.token_required = false;
  database_.Hold();
  auto first = Submit(upload);
  auto same_again = Submit(upload);
  auto tolerated = Submit(repeated);
  database_.Release();
  EXPECT_EQ(first.get()->inserted, 14);
  EXPECT_EQ(same_again.get()->inserted, 0);
  const Outcome same = tolerated.get();
  EXPECT_EQ(same->refusal, Refusal::kNone);
  EXPECT_EQ(same->inserted + same->revised, 0);
  EXPECT_EQ(writer_->stats().commits, 1);
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kPrimary).size(), 14U);  // and each once
}

TEST_P(KeyWriterTest, AKeyCanBePublishedAndRevisedInOneCommitButRevisedOnlyOnce) {
  Start();
  const KeyUpload upload = NewUpload();
  database_.Hold();
  auto first = Submit(upload);
  auto revised = Submit(RevisionOf(upload, ReportType::kConfirmed));
  auto again = Submit(RevisionOf(upload, ReportType::kNegative));
  database_.Release();
  EXPECT_EQ(first.get()->inserted, 14);
  EXPECT_EQ(revised.get()->revised, 14);
  EXPECT_EQ(again.get()->refusal, Refusal::kKeyAlreadyRevised);
  EXPECT_EQ(Store(RevisionOf(upload, ReportType::kNegative))->refusal, Refusal::kKeyAlreadyRevised);
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kRevised).size(), 14U);
}

TEST_P(KeyWriterTest, ARevisionLeavesTheFirstPublicationAsItWas) {
  Start();
  const KeyUpload upload = NewUpload();
  ASSERT_TRUE(Store(upload).ok());
  KeyUpload revision = RevisionOf(upload, ReportType::kConfirmed);
  for (auto& key : revision.keys) {
    key.transmission_risk = 8;
    key.days_since_onset = 5;
    key.release_at = kRelease + kHour;
  }
  EXPECT_EQ(Store(revision)->revised, 14);
  const auto primary = StoredKeys(*reader_, KeyPass::kPrimary);
  const auto revised = StoredKeys(*reader_, KeyPass::kRevised);
  ASSERT_EQ(primary.size(), 14U);
  ASSERT_EQ(revised.size(), 14U);
  for (const auto& key : upload.keys) {
    EXPECT_EQ(primary.at(key.key).report_type, ReportType::kLikely);
    EXPECT_EQ(primary.at(key.key).transmission_risk, key.transmission_risk);
    EXPECT_EQ(primary.at(key.key).days_since_onset, key.days_since_onset);
    EXPECT_EQ(revised.at(key.key).report_type, ReportType::kConfirmed);
    EXPECT_EQ(revised.at(key.key).transmission_risk, 8);  // divergence E2
    EXPECT_EQ(revised.at(key.key).days_since_onset, 5);
    EXPECT_EQ(revised.at(key.key).rolling_start, key.rolling_start);
  }
}

TEST_P(KeyWriterTest, AClosedWindowReceivesNoKeyAnyMore) {
  Start();
  const KeyUpload early = NewUpload(1, kRelease);
  ASSERT_TRUE(Store(early).ok());
  const UnixTime closed_until = kRelease + 2 * kHour;
  Change("UPDATE key_state SET closed_until = $1",
         {std::int64_t{closed_until.time_since_epoch().count()}});
  const KeyUpload late = NewUpload(2, kRelease);
  const KeyUpload at_the_end = NewUpload(3, closed_until);
  const KeyUpload embargoed = NewUpload(4, closed_until + kHour);
  for (const auto& upload : {late, at_the_end, embargoed}) ASSERT_TRUE(Store(upload).ok());
  ASSERT_TRUE(Store(RevisionOf(early, ReportType::kConfirmed)).ok());

  const auto count = [this](KeyPass pass, UnixTime release_at) {
    std::size_t keys = 0;
    EXPECT_TRUE(VisitRunsReleasedIn(*reader_, pass, release_at,
                                    release_at + std::chrono::seconds(1),
                                    [&keys](const RunRow& run) -> Status {
                                      keys += run.records.size();
                                      return absl::OkStatus();
                                    })
                    .ok());
    return keys;
  };
  EXPECT_EQ(count(KeyPass::kPrimary, kRelease), 1U);
  EXPECT_EQ(count(KeyPass::kPrimary, closed_until), 5U);
  EXPECT_EQ(count(KeyPass::kPrimary, closed_until + kHour), 4U);
  EXPECT_EQ(count(KeyPass::kRevised, kRelease), 0U);
  EXPECT_EQ(count(KeyPass::kRevised, closed_until), 1U);
}

TEST_P(KeyWriterTest, AFullRunIsDealtOutAndItsKeysAreStillKnown) {
  StoreLimits limits;
  limits.run_keys_max = 20;
  Start(limits);
  std::vector<KeyUpload> uploads;
  for (int i = 0; i < 30; ++i) {
    uploads.push_back(NewUpload());
    ASSERT_EQ(Store(uploads.back())->inserted, 14);
  }
  int runs = 0;
  int open = 0;
  ASSERT_TRUE(VisitAllRuns(*reader_, [&](const RunRow& run) -> Status {
                EXPECT_LE(run.records.size(), 20U);
                EXPECT_GE(run.records.size(), 10U);
                ++runs;
                open += run.open ? 1 : 0;
                return absl::OkStatus();
              }).ok());
  EXPECT_GE(runs, 30 * 14 / 20);
  EXPECT_EQ(open, 1);
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kPrimary).size(), 30U * 14);
  for (const KeyUpload& upload : uploads) {
    EXPECT_EQ(Store(upload)->inserted, 0);
  }
  EXPECT_EQ(writer_->stats().keys_indexed, 30 * 14);
}

TEST_P(KeyWriterTest, ARestartedWriterKnowsEveryKeyAndRevision) {
  StoreLimits limits;
  limits.run_keys_max = 20;
  Start(limits);
  const KeyUpload revised = NewUpload();
  const KeyUpload plain = NewUpload();
  ASSERT_TRUE(Store(revised).ok());
  ASSERT_TRUE(Store(plain).ok());
  ASSERT_TRUE(Store(RevisionOf(revised, ReportType::kConfirmed)).ok());
  Start(limits);
  EXPECT_EQ(writer_->stats().keys_indexed, 3 * 14);
  EXPECT_EQ(Store(plain)->inserted, 0);
  EXPECT_EQ(Store(RevisionOf(revised, ReportType::kNegative))->refusal,
            Refusal::kKeyAlreadyRevised);
  EXPECT_EQ(Store(RevisionOf(plain, ReportType::kNegative))->revised, 14);
}

TEST_P(KeyWriterTest, AWriterThatMayNeverBeNeededReadsTheKeysWithTheFirstUpload) {
  Start();
  const KeyUpload stored = NewUpload();
  ASSERT_TRUE(Store(stored).ok());
  const std::int64_t calls = database_.calls();
  const auto lazy = StartWriter(database_, {}, KeyLoading::kFirstUpload);
  EXPECT_EQ(database_.calls(), calls);
  EXPECT_EQ(lazy->stats().keys_indexed, 0);
  EXPECT_EQ(Store(*lazy, stored)->inserted, 0);
  EXPECT_EQ(lazy->stats().keys_indexed, 14);
  EXPECT_EQ(Store(*lazy, NewUpload())->inserted, 14);
}

TEST_P(KeyWriterTest, ADamagedRunIsRefusedAtStart) {
  Start();
  ASSERT_TRUE(Store(NewUpload()).ok());
  writer_.reset();
  Change("UPDATE key_run SET key_count = key_count + 1");
  EXPECT_EQ(KeyWriter::Start(database_, {}, random_, log_).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_P(KeyWriterTest, ADamagedRunFailsTheUploadThatNeedsItAndNoOther) {
  StoreLimits limits;
  limits.run_keys_max = 14;
  Start(limits);
  const KeyUpload damaged = NewUpload();
  ASSERT_TRUE(Store(damaged).ok());
  const KeyUpload elsewhere = NewUpload(14, kRelease + kHour);
  // Behind the writer's back: the change number makes it drop its copies.
  Change("UPDATE key_run SET key_count = key_count + 1");
  Change("UPDATE key_state SET change = change + 1");
  database_.Hold();
  auto fails = Submit(RevisionOf(damaged, ReportType::kConfirmed));
  auto succeeds = Submit(elsewhere);
  database_.Release();
  EXPECT_EQ(fails.get().status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(succeeds.get()->inserted, 14);
}

TEST_P(KeyWriterTest, AnOpenRunThatWasDeletedByHandIsNotBroughtBack) {
  Start();
  const KeyUpload deleted = NewUpload();
  ASSERT_TRUE(Store(deleted).ok());
  EXPECT_EQ(Change("DELETE FROM key_run"), 1);
  const KeyUpload next = NewUpload();
  EXPECT_EQ(Store(next)->inserted, 14);
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kPrimary).size(), 14U);
  EXPECT_EQ(CountStored(*reader_, next), 14U);
}

}  // namespace
}  // namespace enks::store::runs
