#include "store/sql/connection.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "store/sql/transaction.h"
#include "store/testing/scratch_database.h"

// What store/sql/connection.h promises, on both engines.
namespace enks::store::sql {
namespace {

using base::AsBytes;
using base::AsText;
using store::testing::Schema;
using store::testing::ScratchDatabase;
using Engine = StoreLocation::Engine;

class ConnectionTest : public ::testing::TestWithParam<Engine> {
 protected:
  ConnectionTest()
      : scratch_(GetParam(), Schema::kNone),
        database_(scratch_.Open()),
        connection_(*database_->Connect()) {
    Run(GetParam() == Engine::kSqlite
            ? Literal("CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, data BLOB) STRICT")
            : Literal("CREATE TABLE t (id BIGINT PRIMARY KEY, word TEXT, data BYTEA)"));
  }

  void Run(Literal text, std::initializer_list<Value> values = {}) {
    const auto changed = connection_->Execute(text, values);
    EXPECT_TRUE(changed.ok()) << changed.status();
  }
  void Add(std::int64_t id, std::string_view word = "w") {
    Run("INSERT INTO t (id, word) VALUES ($1, $2)", {id, word});
  }
  std::vector<std::int64_t> Ids(Connection& connection) {
    std::vector<std::int64_t> ids;
    const auto read = connection.Execute("SELECT id FROM t ORDER BY id", {}, [&](const Row& row) {
      ids.push_back(row.Int(0));
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read.status();
    return ids;
  }

  using Ids_ = std::vector<std::int64_t>;

  ScratchDatabase scratch_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
};

TEST_P(ConnectionTest, ValuesComeBackAsTheyWentIn) {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  const std::string bytes("\0\xff'; DROP TABLE t; --", 22);
  Run("INSERT INTO t (id, word, data) VALUES ($1, $2, $3)", {kLeast, "π $1 ?", AsBytes(bytes)});
  int rows = 0;
  const auto read = connection_->Execute("SELECT id, word, data FROM t WHERE word = $1", {"π $1 ?"},
                                         [&](const Row& row) {
                                           ++rows;
                                           EXPECT_EQ(row.Int(0), kLeast);
                                           EXPECT_EQ(row.Text(1), "π $1 ?");
                                           EXPECT_EQ(AsText(row.Blob(2)), bytes);
                                           return absl::OkStatus();
                                         });
  EXPECT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(rows, 1);
}

TEST_P(ConnectionTest, AnEmptyTextOrBlobIsNotNull) {
  Run("INSERT INTO t (id, word, data) VALUES ($1, $2, $3)",
      {std::int64_t{1}, std::string_view(), base::ByteView()});
  Run("INSERT INTO t (id, word, data) VALUES ($1, $2, $3)", {std::int64_t{2}, Null(), Null()});
  std::vector<bool> nulls;
  const auto read =
      connection_->Execute("SELECT word, data FROM t ORDER BY id", {}, [&](const Row& row) {
        nulls.push_back(row.IsNull(0));
        nulls.push_back(row.IsNull(1));
        EXPECT_TRUE(row.Text(0).empty());
        EXPECT_TRUE(row.Blob(1).empty());
        return absl::OkStatus();
      });
  EXPECT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(nulls, (std::vector<bool>{false, false, true, true}));
}

TEST_P(ConnectionTest, AValueMayBeNullTheFirstTimeAndATextTheNext) {
  Run("UPDATE t SET word = $1", {Null()});
  Add(1);
  Run("UPDATE t SET word = $1", {"later"});
  Run("UPDATE t SET word = $1", {Null()});
}

TEST_P(ConnectionTest, ExecuteCountsTheRowsItChanged) {
  Add(1);
  Add(2);
  EXPECT_EQ(*connection_->Execute("UPDATE t SET word = $1", {"x"}), 2);
  EXPECT_EQ(*connection_->Execute("SELECT id FROM t", {}), 0);
  EXPECT_EQ(*connection_->Execute("DELETE FROM t WHERE id = $1", {std::int64_t{1}}), 1);
  EXPECT_EQ(*connection_->Execute("DELETE FROM t WHERE id = $1", {std::int64_t{1}}), 0);
  EXPECT_EQ(*connection_->Execute("INSERT INTO t (id) VALUES ($1) RETURNING id", {std::int64_t{9}}),
            1);
}

TEST_P(ConnectionTest, ASecondRowWithTheSameKeyAlreadyExistsAndTheErrorHoldsNoValue) {
  Add(4711, "secret");
  const auto second =
      connection_->Execute("INSERT INTO t (id, word) VALUES ($1, $2)", {std::int64_t{4711}, "s3"});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  const std::string text(MessageOf(second.status()));
  EXPECT_NE(text.find(" t: "), std::string::npos) << text;
  EXPECT_EQ(text.find("4711"), std::string::npos) << text;
}

TEST_P(ConnectionTest, AValueOfTheWrongTypeIsInternalAndNotQuoted) {
  const auto wrong = connection_->Execute("INSERT INTO t (id, word) VALUES ($1, $2)",
                                          {std::string_view("secret"), "x"});
  EXPECT_EQ(wrong.status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(MessageOf(wrong.status()).find("secret"), std::string_view::npos) << wrong.status();
}

TEST_P(ConnectionTest, ABrokenStatementIsInternalAndNamesTheTable) {
  const auto broken = connection_->Execute("SELECT nothing FROM nowhere", {});
  EXPECT_EQ(broken.status().code(), absl::StatusCode::kInternal);
  EXPECT_NE(MessageOf(broken.status()).find("nowhere"), std::string_view::npos);
  EXPECT_EQ(Ids(*connection_), Ids_{});
}

TEST_P(ConnectionTest, TheVisitorsFailureStopsTheReadingAndTheConnectionGoesOn) {
  for (std::int64_t id = 1; id <= 3; ++id) Add(id);
  int rows = 0;
  const auto read = connection_->Execute("SELECT id FROM t", {}, [&](const Row&) {
    ++rows;
    return absl::CancelledError("enough");
  });
  EXPECT_EQ(read.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(rows, 1);
  EXPECT_EQ(Ids(*connection_), (Ids_{1, 2, 3}));
}

TEST_P(ConnectionTest, RolledBackRowsAreNotThere) {
  ASSERT_TRUE(connection_->Begin(TransactionKind::kWrite).ok());
  Add(1);
  connection_->Rollback();
  EXPECT_EQ(Ids(*connection_), Ids_{});
  connection_->Rollback();  // without a transaction: nothing
}

TEST_P(ConnectionTest, OthersSeeRowsOnceTheyAreCommitted) {
  const auto other = *database_->Connect();
  ASSERT_TRUE(connection_->Begin(TransactionKind::kWrite).ok());
  Add(1);
  EXPECT_EQ(Ids(*other), Ids_{});
  ASSERT_TRUE(connection_->Commit().ok());
  EXPECT_EQ(Ids(*other), Ids_{1});
}

TEST_P(ConnectionTest, AReadTransactionSeesOneMomentOnly) {
  const auto reader = *database_->Connect();
  ASSERT_TRUE(reader->Begin(TransactionKind::kRead).ok());
  EXPECT_EQ(Ids(*reader), Ids_{});
  Add(1);
  EXPECT_EQ(Ids(*reader), Ids_{});
  ASSERT_TRUE(reader->Commit().ok());
  EXPECT_EQ(Ids(*reader), Ids_{1});
}

TEST_P(ConnectionTest, AConnectionThatGoesInATransactionStoresNothingOfIt) {
  auto other = *database_->Connect();
  ASSERT_TRUE(other->Begin(TransactionKind::kWrite).ok());
  ASSERT_TRUE(other->Execute("INSERT INTO t (id) VALUES ($1)", {std::int64_t{1}}).ok());
  other.reset();
  EXPECT_EQ(Ids(*connection_), Ids_{});
}

TEST_P(ConnectionTest, InTransactionCommitsWhatReturnsOkOnly) {
  const auto add = [&](const Status& then) {
    Add(1);
    return then;
  };
  EXPECT_EQ(InTransaction(*connection_, TransactionKind::kWrite,
                          [&] { return add(absl::CancelledError("no")); }),
            absl::CancelledError("no"));
  EXPECT_EQ(Ids(*connection_), Ids_{});
  EXPECT_TRUE(InTransaction(*connection_, TransactionKind::kWrite, [&] {
                return add(absl::OkStatus());
              }).ok());
  EXPECT_EQ(Ids(*connection_), Ids_{1});
}

TEST_P(ConnectionTest, PingAnswersInsideAndOutsideATransaction) {
  EXPECT_TRUE(connection_->Ping().ok());
  ASSERT_TRUE(connection_->Begin(TransactionKind::kRead).ok());
  EXPECT_TRUE(connection_->Ping().ok());
  EXPECT_TRUE(connection_->Commit().ok());
}

INSTANTIATE_TEST_SUITE_P(Engines, ConnectionTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& test) { return store::testing::EngineName(test.param); });

}  // namespace
}  // namespace enks::store::sql
