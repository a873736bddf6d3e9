#include "store/sql/sql_store.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "store/runs/testing/watched_database.h"
#include "store/testing/sample_records.h"
#include "store/testing/scratch_database.h"

namespace enks::store::sql {
namespace {

using runs::testing::WatchedDatabase;
using std::chrono::seconds;
using Engine = StoreLocation::Engine;

constexpr UnixTime kStart{seconds(1606003200)};

// Makes the connections of a database that somebody else owns.
class BorrowedDatabase final : public Database {
 public:
  explicit BorrowedDatabase(Database& database) : database_(database) {}
  Result<std::unique_ptr<Connection>> Connect() override { return database_.Connect(); }

 private:
  Database& database_;
};

class SqlStoreTest : public ::testing::TestWithParam<Engine> {
 protected:
  SqlStoreTest() : scratch_(GetParam()), database_(scratch_.Open()) {
    store_ = *SqlStore::Start(std::make_unique<BorrowedDatabase>(database_), {}, log_,
                              KeyLoading::kFirstUpload);
  }

  // The status of `call` when the database answers its call number `skip` with a conflict; OK if
  // the call is over before.
  template <typename Call>
  Status WithConflictAfter(std::int64_t skip, const Call& call) {
    database_.FailAfter(skip, WatchedDatabase::Moment::kBefore, ConflictError("deadlock"));
    const Status status = call();
    const bool failed = database_.failed();
    database_.StopFailing();
    EXPECT_EQ(status.ok(), !failed) << status;
    return status;
  }

  store::testing::ScratchDatabase scratch_;
  WatchedDatabase database_;
  base::MemoryLog log_;
  std::unique_ptr<Store> store_;  // last: it uses the others
};

INSTANTIATE_TEST_SUITE_P(Engines, SqlStoreTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& test) { return store::testing::EngineName(test.param); });

// A worker that is told kAborted gives its batch up: it may hear that only if the lease is lost.
TEST_P(SqlStoreTest, AConflictOfTheDatabaseDoesNotLookLikeALostLease) {
  const std::int64_t config = *store_->AddExportConfig(store::testing::SampleExportConfig());
  ASSERT_TRUE(store_->CreateBatches(config, std::nullopt, {{kStart, kStart + seconds(3600)}}).ok());
  const ExportBatch batch = **store_->LeaseBatch(kStart + seconds(3601), seconds(60));
  int conflicts = 0;
  for (int skip = 0; skip < 10; ++skip) {
    for (const Status& status :
         {WithConflictAfter(
              skip, [&] { return store_->RenewLease(batch, kStart + seconds(3602), seconds(60)); }),
          WithConflictAfter(
              skip, [&] { return store_->CreateBatches(config, kStart + seconds(3600), {}); })}) {
      if (status.ok()) continue;
      ++conflicts;
      EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << skip << ": " << status;
    }
  }
  EXPECT_GE(conflicts, 6);
}

}  // namespace
}  // namespace enks::store::sql
