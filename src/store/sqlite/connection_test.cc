#include "store/sqlite/connection.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "store/sqlite/database.h"
#include "store/testing/other_process.h"
#include "store/testing/temporary_folder.h"

namespace enks::store::sqlite {
namespace {

using sql::Null;
using sql::TransactionKind;
using testing::OtherProcess;
using testing::TemporaryFolder;

class SqliteConnectionTest : public ::testing::Test {
 protected:
  SqliteConnectionTest() {
    database_ = *OpenDatabase(folder_.path() / "keys.db", IfMissing::kCreate);
    connection_ = *database_->Connect();
  }

  std::int64_t Number(sql::Literal text) {
    std::int64_t number = -1;
    EXPECT_TRUE(connection_
                    ->Execute(text, {},
                              [&](const sql::Row& row) {
                                number = row.Int(0);
                                return absl::OkStatus();
                              })
                    .ok());
    return number;
  }

  TemporaryFolder folder_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<sql::Connection> connection_;
};

TEST_F(SqliteConnectionTest, ACommitSurvivesPowerLossAndDeletedBytesAreOverwritten) {
  EXPECT_EQ(Number("PRAGMA synchronous"), 2);
  EXPECT_EQ(Number("PRAGMA secure_delete"), 1);
  EXPECT_EQ(Number("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(Number("PRAGMA mmap_size"), 0);
}

TEST_F(SqliteConnectionTest, OnlyTheOwnerCanReadTheFiles) {
  ASSERT_TRUE(connection_->Execute("CREATE TABLE t (a INTEGER)", {}).ok());
  for (const char* name : {"keys.db", "keys.db-wal", "keys.db-shm"}) {
    struct stat info = {};
    ASSERT_EQ(::stat((folder_.path() / name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << name;
  }
}

TEST_F(SqliteConnectionTest, AMissingFileIsRefusedAndNamesTheCommandThatMakesIt) {
  const auto opened = OpenDatabase(folder_.path() / "absent.db", IfMissing::kRefuse);
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(opened.status().message().find("enks init"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "absent.db"));
}

TEST_F(SqliteConnectionTest, ANameThatMeansMemoryElsewhereIsAFile) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  EXPECT_TRUE(OpenDatabase(":memory:", IfMissing::kCreate).ok());
  std::filesystem::current_path(before);
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / ":memory:"));
}

TEST_F(SqliteConnectionTest, AWriterWaitsForTheWriterOfAnotherProcess) {
  const std::filesystem::path path = folder_.path() / "shared.db";
  std::array<int, 2> has_lock = {};
  ASSERT_EQ(::pipe(has_lock.data()), 0);
  OtherProcess other([&] {
    const auto database = *OpenDatabase(path, IfMissing::kCreate);
    const auto connection = *database->Connect();
    if (!connection->Begin(TransactionKind::kWrite).ok()) return false;
    if (!connection->Execute("CREATE TABLE t (a INTEGER)", {}).ok()) return false;
    if (::write(has_lock[1], "x", 1) != 1) return false;
    return connection->Commit().ok();
  });
  char byte = 0;
  ASSERT_EQ(::read(has_lock[0], &byte, 1), 1);
  const auto database = *OpenDatabase(path, IfMissing::kRefuse);
  const auto connection = *database->Connect();
  ASSERT_TRUE(connection->Begin(TransactionKind::kWrite).ok());
  EXPECT_TRUE(connection->Execute("INSERT INTO t (a) VALUES (1)", {}).ok());
  EXPECT_TRUE(connection->Commit().ok());
  EXPECT_TRUE(other.Succeeded());
  ::close(has_lock[0]);
  ::close(has_lock[1]);
}

TEST_F(SqliteConnectionTest, AWriterThatWaitsTooLongIsAbortedAndCanTryAgain) {
  ASSERT_TRUE(connection_->Execute("PRAGMA busy_timeout = 1", {}).ok());
  const auto other = *database_->Connect();
  ASSERT_TRUE(other->Begin(TransactionKind::kWrite).ok());
  const Status busy = connection_->Begin(TransactionKind::kWrite);
  EXPECT_EQ(busy.code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(sql::IsConflict(busy));
  ASSERT_TRUE(connection_->Begin(TransactionKind::kRead).ok());  // readers never wait
  EXPECT_EQ(Number("SELECT count(*) FROM sqlite_schema"), 0);
  ASSERT_TRUE(connection_->Commit().ok());
  other->Rollback();
  EXPECT_TRUE(connection_->Begin(TransactionKind::kWrite).ok());
}

TEST_F(SqliteConnectionTest, AFullDiskIsUnavailableAndNothingOfTheTransactionIsStored) {
  ASSERT_TRUE(connection_->Execute("CREATE TABLE t (a BLOB)", {}).ok());
  ASSERT_TRUE(connection_->Execute("PRAGMA max_page_count = 20", {}).ok());
  const std::string much(200'000, 'x');
  ASSERT_TRUE(connection_->Begin(TransactionKind::kWrite).ok());
  ASSERT_TRUE(connection_->Execute("INSERT INTO t (a) VALUES ($1)", {Null()}).ok());
  EXPECT_EQ(
      connection_->Execute("INSERT INTO t (a) VALUES ($1)", {base::AsBytes(much)}).status().code(),
      absl::StatusCode::kUnavailable);
  connection_->Rollback();
  EXPECT_EQ(Number("SELECT count(*) FROM t"), 0);
}

TEST_F(SqliteConnectionTest, DeletedBytesAreNowhereInTheFilesAfterTheDatabaseIsClosed) {
  const std::string secret(64, 'S');
  ASSERT_TRUE(connection_->Execute("CREATE TABLE t (a BLOB)", {}).ok());
  ASSERT_TRUE(connection_->Execute("INSERT INTO t (a) VALUES ($1)", {base::AsBytes(secret)}).ok());
  ASSERT_TRUE(connection_->Execute("DELETE FROM t", {}).ok());
  connection_.reset();
  database_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    std::string bytes(entry.file_size(), '\0');
    std::FILE* const file = std::fopen(entry.path().c_str(), "rb");
    ASSERT_EQ(std::fread(bytes.data(), 1, bytes.size(), file), bytes.size());
    std::fclose(file);
    EXPECT_EQ(bytes.find(secret), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace enks::store::sqlite
