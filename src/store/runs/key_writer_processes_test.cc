#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "store/runs/padding.h"
#include "store/runs/run_deletion.h"
#include "store/runs/run_tables.h"
#include "store/runs/testing/key_writer_fixture.h"
#include "store/sql/transaction.h"

// Several writers on one database, as several processes have them, and those who change its runs
// beside them: padding and deletion.
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

class KeyWriterProcessesTest : public testing::KeyWriterFixture {
 protected:
  KeyWriterProcessesTest() {
    limits_.run_keys_max = 40;
    Start(limits_);
    other_database_ = scratch_.Open();
    other_ = StartWriter(*other_database_, limits_);
  }

  Status Pad(const std::vector<exposure::AcceptedKey>& keys) {
    return sql::InTransaction(*reader_, sql::TransactionKind::kWrite, [&]() -> Status {
      ENKS_TRY(reader_->LockKeyWriters());
      Origin origin;
      origin.generated = true;
      return AddPadding(*reader_, origin, keys, limits_.run_keys_max);
    });
  }

  StoreLimits limits_;
  std::unique_ptr<sql::Database> other_database_;
  std::unique_ptr<KeyWriter> other_;
};

INSTANTIATE_TEST_SUITE_P(Engines, KeyWriterProcessesTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         testing::NameOfEngine);

TEST_P(KeyWriterProcessesTest, TakingTurnsEachKnowsTheKeysOfTheOther) {
  std::vector<KeyUpload> uploads;
  for (int i = 0; i < 20; ++i) {
    KeyWriter& writer = i % 2 == 0 ? *writer_ : *other_;
    uploads.push_back(NewUpload());
    ASSERT_EQ(Store(writer, uploads.back())->inserted, 14);
  }
  for (const KeyUpload& upload : uploads) {
    EXPECT_EQ(Store(*writer_, upload)->inserted, 0);
    EXPECT_EQ(Store(*other_, upload)->inserted, 0);
  }
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kPrimary).size(), 20U * 14);
  // Runs were split while the other looked away, and no entry is left over.
  EXPECT_EQ(writer_->stats().keys_indexed, 20 * 14);
  EXPECT_EQ(other_->stats().keys_indexed, 20 * 14);
}

TEST_P(KeyWriterProcessesTest, AtTheSameTimeNothingIsLostOrStoredTwice) {
  std::vector<KeyUpload> uploads;
  std::vector<std::future<Outcome>> mine;
  std::vector<std::future<Outcome>> theirs;
  for (int i = 0; i < 60; ++i) {
    uploads.push_back(NewUpload());
    mine.push_back(Submit(*writer_, uploads.back()));
    theirs.push_back(Submit(*other_, uploads.back()));  // the same keys: a race
  }
  for (std::size_t i = 0; i < uploads.size(); ++i) {
    const Outcome a = mine[i].get();
    const Outcome b = theirs[i].get();
    ASSERT_TRUE(a.ok()) << a.status();
    ASSERT_TRUE(b.ok()) << b.status();
    EXPECT_EQ(a->inserted + b->inserted, 14);
  }
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kPrimary).size(), 60U * 14);
}

TEST_P(KeyWriterProcessesTest, ARevisionByOneProcessCountsInTheOther) {
  const KeyUpload upload = NewUpload();
  ASSERT_TRUE(Store(*writer_, upload).ok());
  EXPECT_EQ(Store(*other_, RevisionOf(upload, ReportType::kConfirmed))->revised, 14);
  EXPECT_EQ(Store(*writer_, RevisionOf(upload, ReportType::kNegative))->refusal,
            Refusal::kKeyAlreadyRevised);
}

TEST_P(KeyWriterProcessesTest, PaddingIsKnownToEveryProcessAndStoredInRunsOfItsOwn) {
  ASSERT_TRUE(Store(*writer_, NewUpload()).ok());
  const KeyUpload padding = NewUpload(100);
  ASSERT_TRUE(Pad(padding.keys).ok());
  EXPECT_EQ(Store(*writer_, padding)->refusal, Refusal::kMissingRevisionToken);
  EXPECT_EQ(Store(*other_, padding)->refusal, Refusal::kMissingRevisionToken);
  EXPECT_EQ(CountStored(*reader_, padding), 100U);
  std::vector<std::size_t> sizes;
  ASSERT_TRUE(VisitAllRuns(*reader_, [&](const RunRow& run) -> Status {
                if (!run.open) sizes.push_back(run.records.size());
                return absl::OkStatus();
              }).ok());
  EXPECT_THAT(sizes, ::testing::UnorderedElementsAre(34U, 33U, 33U));
}

// What a process sees that took no upload while others wrote: many changes, one of them with more
// runs than a step takes, and runs it knows that were split since.
TEST_P(KeyWriterProcessesTest, AProcessFarBehindCatchesUpWhileOthersMayWrite) {
  const KeyUpload known = NewUpload();
  ASSERT_TRUE(Store(*writer_, known).ok());
  std::vector<KeyUpload> uploads = {known};
  for (int i = 0; i < 300; ++i) {
    uploads.push_back(NewUpload(4, kRelease + kHour * std::max(0, i - 100)));
    ASSERT_TRUE(Store(*other_, uploads.back()).ok());
  }
  limits_.run_keys_max = 2;
  uploads.push_back(NewUpload(1200));
  ASSERT_TRUE(Pad(uploads.back().keys).ok());
  const auto total = static_cast<std::int64_t>(StoredKeys(*reader_, KeyPass::kPrimary).size());
  ASSERT_EQ(total, 14 + 300 * 4 + 1200);

  ASSERT_TRUE(Store(*writer_, NewUpload()).ok());
  EXPECT_LT(database_.locked_rows_max(), 300) << "nobody waited for all of more than 800 runs";
  for (const KeyUpload& upload : uploads) {
    EXPECT_EQ(Store(*writer_, upload)->inserted, 0);
  }
  // An entry for a known key may be left over where its run was split (KeyCatalog::Reindex).
  EXPECT_GE(writer_->stats().keys_indexed, total + 14);
  EXPECT_LE(writer_->stats().keys_indexed, total + 14 + 14);
}

TEST_P(KeyWriterProcessesTest, PaddingThatDoesNotFitIsRefusedWhole) {
  KeyUpload padding = NewUpload(3);
  padding.keys[2].key = padding.keys[0].key;
  EXPECT_EQ(Pad(padding.keys).code(), absl::StatusCode::kInvalidArgument);
  padding = NewUpload(3);
  padding.keys[1].transmission_risk = 9;
  EXPECT_EQ(Pad(padding.keys).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(StoredKeys(*reader_, KeyPass::kPrimary).empty());
}

TEST_P(KeyWriterProcessesTest, DeletedKeysAreUnknownToEveryProcessAndLaterOnesStay) {
  const KeyUpload old = NewUpload(14, kRelease);
  const KeyUpload boundary = NewUpload(14, kRelease + kHour);
  for (const KeyUpload& upload : {old, boundary}) ASSERT_TRUE(Store(*writer_, upload).ok());
  ASSERT_EQ(Store(*other_, RevisionOf(old, ReportType::kConfirmed))->revised, 14);
  const auto deleted = DeleteRunsBefore(*reader_, kRelease + kHour);
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(*deleted, 14);  // a key and its revision are one
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kPrimary).size(), 14U);
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kRevised).size(), 0U);
  EXPECT_EQ(CountStored(*reader_, boundary), 14U);
  EXPECT_EQ(Store(*other_, old)->inserted, 14);
  EXPECT_EQ(Store(*writer_, old)->inserted, 0);
  EXPECT_EQ(*DeleteRunsBefore(*reader_, kRelease), 0);
}

TEST_P(KeyWriterProcessesTest, ARevisionOutlivesTheFirstPublicationUntilItsOwnTime) {
  const KeyUpload upload = NewUpload(14, kRelease);
  ASSERT_TRUE(Store(*writer_, upload).ok());
  KeyUpload revision = RevisionOf(upload, ReportType::kConfirmed);
  for (auto& key : revision.keys) key.release_at = kRelease + kHour;
  ASSERT_EQ(Store(*writer_, revision)->revised, 14);
  EXPECT_EQ(*DeleteRunsBefore(*reader_, kRelease + kHour), 14);
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kRevised).size(), 14U);
  EXPECT_EQ(*DeleteRunsBefore(*reader_, kRelease + 2 * kHour), 0);
  EXPECT_EQ(StoredKeys(*reader_, KeyPass::kRevised).size(), 0U);
}

TEST_P(KeyWriterProcessesTest, DeletingManyRunsTakesSeveralShortTransactions) {
  std::vector<exposure::AcceptedKey> keys = NewUpload(40 * 40).keys;
  ASSERT_TRUE(Pad(keys).ok());  // 40 full runs
  const std::int64_t change = ReadKeyState(*reader_)->change;
  EXPECT_EQ(*DeleteRunsBefore(*reader_, kRelease + kHour), 40 * 40);
  EXPECT_EQ(ReadKeyState(*reader_)->change, change + 2);
}

TEST_P(KeyWriterProcessesTest, EntriesOfDeletedRunsAreSweptWhenTheIndexGrows) {
  limits_.run_keys_max = 2048;
  const std::vector<exposure::AcceptedKey> old = NewUpload(60'000, kRelease).keys;
  ASSERT_TRUE(Pad(old).ok());
  ASSERT_TRUE(Store(*writer_, NewUpload()).ok());
  ASSERT_EQ(writer_->stats().keys_indexed, 60'014);
  ASSERT_EQ(*DeleteRunsBefore(*reader_, kRelease + kHour), 60'014);
  ASSERT_TRUE(Pad(NewUpload(10'000, kRelease + kHour).keys).ok());
  ASSERT_TRUE(Store(*writer_, NewUpload(14, kRelease + kHour)).ok());
  EXPECT_EQ(writer_->stats().keys_indexed, 10'014);
}

TEST_P(KeyWriterProcessesTest, ARestoredBackupIsReadAnew) {
  const KeyUpload first = NewUpload();
  const KeyUpload lost = NewUpload(14, kRelease + kHour);
  ASSERT_TRUE(Store(*writer_, first).ok());
  ASSERT_TRUE(Store(*writer_, lost).ok());
  Change("DELETE FROM key_run WHERE release_at = $1",
         {std::int64_t{(kRelease + kHour).time_since_epoch().count()}});
  Change("UPDATE key_state SET change = 1");
  EXPECT_EQ(Store(*writer_, lost)->inserted, 14);
  EXPECT_EQ(Store(*writer_, first)->inserted, 0);
  EXPECT_EQ(writer_->stats().keys_indexed, 2 * 14);
}

}  // namespace
}  // namespace enks::store::runs
