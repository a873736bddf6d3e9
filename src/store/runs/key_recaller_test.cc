#include "store/runs/key_recaller.h"

#include <gtest/gtest.h>

#include "store/runs/padding.h"
#include "store/runs/testing/key_writer_fixture.h"
#include "store/sql/transaction.h"

// What becomes of a recall when the database fails, at each point in turn.
namespace enks::store::runs {
namespace {

using exposure::ReportType;
using testing::kHour;
using testing::kRelease;
using testing::RevisionOf;
using testing::StoredKeys;
using testing::WatchedDatabase;
using Engine = StoreLocation::Engine;
using Moment = WatchedDatabase::Moment;

class KeyRecallerTest : public testing::KeyWriterFixture {
 protected:
  // 42 keys are in a closed window, 14 of them revised in an open one; 14 are released later; and
  // 30 padding keys hide the first.
  void Fill() {
    limits_.run_keys_max = 20;
    Start(limits_);
    for (int i = 0; i < 3; ++i) published_.push_back(NewUpload());
    for (const KeyUpload& upload : published_) ASSERT_TRUE(Store(upload).ok());
    ASSERT_TRUE(Store(NewUpload(14, kRelease + 2 * kHour)).ok());
    KeyUpload revision = RevisionOf(published_.front(), ReportType::kConfirmed);
    for (auto& key : revision.keys) key.release_at = kRelease + 2 * kHour;
    ASSERT_EQ(Store(revision)->revised, 14);
    Change("UPDATE key_state SET closed_until = $1",
           {(kRelease + kHour).time_since_epoch().count()});
    ASSERT_EQ(Pad(NewUpload(30)), absl::OkStatus());
    Change(
        "INSERT INTO recall (operator_name, reason, issuer, key_version, app, started_at, revoked,"
        " withdrawn, padding) VALUES ('ada', 'stolen', '', '', '', 0, 0, 0, 0)");
    recall_.id = 1;
    recall_.selection.health_authority_id = 1;
  }

  Status Pad(const KeyUpload& padding) {
    return sql::InTransaction(*reader_, sql::TransactionKind::kWrite, [&]() -> Status {
      ENKS_TRY(reader_->LockKeyWriters());
      Origin origin;
      origin.regions = padding.origin.regions;
      origin.generated = true;
      return AddPadding(*reader_, origin, padding.keys, limits_.run_keys_max);
    });
  }

  Status CarryOut() {
    return KeyRecaller(database_, limits_, random_, log_)
        .CarryOut(recall_, kRelease + 2 * kHour, nullptr);
  }

  RecallCounts Recorded() {
    RecallCounts counts;
    EXPECT_TRUE(reader_
                    ->Execute("SELECT revoked, withdrawn, padding FROM recall", {},
                              [&](const sql::Row& row) {
                                counts = {row.Int(0), row.Int(1), row.Int(2)};
                                return absl::OkStatus();
                              })
                    .ok());
    return counts;
  }

  void ExpectDone() {
    EXPECT_EQ(Recorded(), (RecallCounts{.revoked = 42, .withdrawn = 14, .padding = 30}));
    EXPECT_EQ(StoredKeys(*reader_, KeyPass::kPrimary).size(), 72U);
    const auto revised = StoredKeys(*reader_, KeyPass::kRevised);  // fails if a key comes twice
    EXPECT_EQ(revised.size(), 72U);
    for (const auto& [data, key] : revised) EXPECT_EQ(key.report_type, ReportType::kNegative);
  }

  StoreLimits limits_;
  std::vector<KeyUpload> published_;
  Recall recall_;
};

INSTANTIATE_TEST_SUITE_P(Engines, KeyRecallerTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         testing::NameOfEngine);

TEST_P(KeyRecallerTest, KeysAndTheirPaddingAreRecalledInRunsOfTheUsualSize) {
  Fill();
  ASSERT_EQ(CarryOut(), absl::OkStatus());
  ExpectDone();
  ASSERT_TRUE(VisitAllRuns(*reader_, [&](const RunRow& run) -> Status {
                EXPECT_LE(run.records.size(), limits_.run_keys_max);
                EXPECT_GT(run.records.size(), 0U);
                return absl::OkStatus();
              }).ok());
}

// A writer that knew the keys before learns of the recall with its next commit.
TEST_P(KeyRecallerTest, AWriterThatWasThereBeforeKnowsTheRecall) {
  Fill();
  ASSERT_EQ(CarryOut(), absl::OkStatus());
  EXPECT_EQ(Store(RevisionOf(published_[1], ReportType::kConfirmed))->refusal,
            exposure::Refusal::kKeyAlreadyRevised);
  EXPECT_EQ(Store(NewUpload())->inserted, 14);
}

// Each failure strikes a recall that goes on from where the one before was stopped, and further
// with each: so every call fails once, before it is done or with its answer lost.
TEST_P(KeyRecallerTest, WhereverTheDatabaseFailsTheNextAttemptEndsRight) {
  Fill();
  int failures = 0;
  for (const Moment moment : {Moment::kBefore, Moment::kAfter}) {
    for (int skip = 0; skip < 60; ++skip) {
      database_.FailAfter(skip, moment, absl::InternalError("injected"));
      failures += CarryOut().ok() ? 0 : 1;
      database_.StopFailing();
    }
  }
  EXPECT_GT(failures, 20);
  ASSERT_EQ(CarryOut(), absl::OkStatus());
  ExpectDone();
}

TEST_P(KeyRecallerTest, AConflictWithAnotherProcessIsTriedAgain) {
  Fill();
  for (int skip = 0; skip < 40; ++skip) {
    database_.FailAfter(skip, Moment::kBefore, sql::ConflictError("injected"));
    const Status status = CarryOut();
    // While it reads without the lock there is no conflict in life; what was asked for is told.
    EXPECT_TRUE(status.ok() || sql::IsConflict(status)) << status;
    database_.StopFailing();
  }
  ASSERT_EQ(CarryOut(), absl::OkStatus());
  ExpectDone();
}

TEST_P(KeyRecallerTest, ADamagedRunStopsARecallAndIsNamed) {
  Fill();
  Change("UPDATE key_run SET format = 9 WHERE run_id = 1");
  const Status status = CarryOut();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_NE(status.message().find("run 1"), std::string_view::npos) << status;
}

}  // namespace
}  // namespace enks::store::runs
