#include "store/postgres/connection.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "store/testing/scratch_database.h"

namespace enks::store::postgres {
namespace {

using sql::TransactionKind;
using store::testing::Schema;
using store::testing::ScratchDatabase;

class PostgresConnectionTest : public ::testing::Test {
 protected:
  PostgresConnectionTest()
      : scratch_(StoreLocation::Engine::kPostgres, Schema::kNone),
        database_(scratch_.Open()),
        connection_(*database_->Connect()) {
    EXPECT_TRUE(connection_->Execute("CREATE TABLE t (id BIGINT PRIMARY KEY)", {}).ok());
  }

  static Result<std::int64_t> Add(sql::Connection& connection, std::int64_t id) {
    return connection.Execute("INSERT INTO t (id) VALUES ($1)", {id});
  }
  std::int64_t Count() { return Number("SELECT count(*) FROM t"); }
  std::int64_t Number(sql::Literal text) {
    std::int64_t number = -1;
    const auto read = connection_->Execute(text, {}, [&](const sql::Row& row) {
      number = row.Int(0);
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read.status();
    return number;
  }

  ScratchDatabase scratch_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<sql::Connection> connection_;
};

TEST_F(PostgresConnectionTest, AnIdleConnectionThatWasEndedHealsAtTheNextTransactionUnnoticed) {
  scratch_.EndSessions();
  ASSERT_TRUE(connection_->Begin(TransactionKind::kWrite).ok());
  EXPECT_TRUE(Add(*connection_, 1).ok());
  EXPECT_TRUE(connection_->Commit().ok());
  scratch_.EndSessions();
  EXPECT_TRUE(connection_->Ping().ok());
  EXPECT_EQ(Count(), 1);
}

TEST_F(PostgresConnectionTest, ATransactionThatIsCutOffIsUnavailableAndTheNextOneWorks) {
  ASSERT_TRUE(connection_->Begin(TransactionKind::kWrite).ok());
  ASSERT_TRUE(Add(*connection_, 1).ok());
  scratch_.EndSessions();
  EXPECT_EQ(Add(*connection_, 2).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Add(*connection_, 3).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(connection_->Commit().code(), absl::StatusCode::kUnavailable);

  ASSERT_TRUE(connection_->Begin(TransactionKind::kWrite).ok());
  EXPECT_TRUE(Add(*connection_, 4).ok());
  EXPECT_TRUE(connection_->Commit().ok());
  EXPECT_EQ(Count(), 1);
}

TEST_F(PostgresConnectionTest, AReadThatIsCutOffIsUnavailableNotShort) {
  ASSERT_TRUE(
      connection_->Execute("INSERT INTO t (id) SELECT n FROM generate_series(1, 1000000) n", {})
          .ok());
  std::int64_t rows = 0;
  const auto read = connection_->Execute("SELECT id FROM t", {}, [&](const sql::Row&) {
    if (++rows == 1) scratch_.EndSessions();
    return absl::OkStatus();
  });
  EXPECT_EQ(read.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_LT(rows, 1000000);
}

TEST_F(PostgresConnectionTest, ACommitAfterAFailedStatementIsNotASuccess) {
  ASSERT_TRUE(connection_->Begin(TransactionKind::kWrite).ok());
  ASSERT_TRUE(Add(*connection_, 1).ok());
  ASSERT_EQ(Add(*connection_, 1).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(connection_->Commit().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Count(), 0);
}

TEST_F(PostgresConnectionTest, TwoTransactionsThatWaitForEachOtherEndInOneAborted) {
  const auto other = *database_->Connect();
  for (sql::Connection* connection : {connection_.get(), other.get()}) {
    ASSERT_TRUE(connection->Begin(TransactionKind::kWrite).ok());
  }
  ASSERT_TRUE(Add(*connection_, 1).ok());
  ASSERT_TRUE(Add(*other, 2).ok());
  Status of_other;
  std::thread waits([&] { of_other = Add(*other, 1).status(); });
  const Status of_this = Add(*connection_, 2).status();
  connection_->Rollback();
  waits.join();
  EXPECT_NE(of_this.ok(), of_other.ok());
  EXPECT_EQ((of_this.ok() ? of_other : of_this).code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(sql::IsConflict(of_this.ok() ? of_other : of_this));
  EXPECT_FALSE(sql::IsConflict(absl::AbortedError("a lease was lost")));
}

TEST_F(PostgresConnectionTest, AReadTransactionCannotWrite) {
  ASSERT_TRUE(connection_->Begin(TransactionKind::kRead).ok());
  EXPECT_FALSE(Add(*connection_, 1).ok());
  connection_->Rollback();
}

TEST_F(PostgresConnectionTest, TheLockOfKeyWritersIsHeldUntilTheTransactionEnds) {
  ASSERT_TRUE(connection_->Begin(TransactionKind::kWrite).ok());
  ASSERT_TRUE(connection_->LockKeyWriters().ok());
  const auto other = *database_->Connect();
  ASSERT_TRUE(other->Begin(TransactionKind::kWrite).ok());
  ASSERT_TRUE(other->Execute("SET LOCAL lock_timeout = '1ms'", {}).ok());
  EXPECT_EQ(other->LockKeyWriters().code(), absl::StatusCode::kAborted);
  other->Rollback();
  ASSERT_TRUE(connection_->Commit().ok());
  ASSERT_TRUE(other->Begin(TransactionKind::kWrite).ok());
  EXPECT_TRUE(other->LockKeyWriters().ok());
}

TEST_F(PostgresConnectionTest, IntegersOfEveryWidthAreRead) {
  EXPECT_EQ(Number("SELECT (-2)::smallint"), -2);
  EXPECT_EQ(Number("SELECT (-2)::integer"), -2);
  EXPECT_EQ(Number("SELECT (-2)::bigint"), -2);
  EXPECT_EQ(Number("SELECT 300::smallint"), 300);
  EXPECT_EQ(Number("SELECT true"), 1);
  EXPECT_EQ(Number("SELECT false"), 0);
}

TEST_F(PostgresConnectionTest, ASessionIsDurableAndBoundedInTimeAndNamesItself) {
  EXPECT_EQ(Number("SELECT 1 WHERE current_setting('synchronous_commit') = 'on'"), 1);
  EXPECT_EQ(Number("SELECT 1 WHERE current_setting('statement_timeout') = '1min'"), 1);
  EXPECT_EQ(Number("SELECT 1 WHERE current_setting('application_name') = 'enks'"), 1);
}

}  // namespace
}  // namespace enks::store::postgres
