#include "store/schema/migration.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "store/open.h"
#include "store/testing/other_process.h"
#include "store/testing/store_contract.h"

namespace enks::store {
namespace {

using testing::OtherProcess;
using testing::Schema;
using testing::ScratchDatabase;
using Engine = StoreLocation::Engine;

class MigrationTest : public ::testing::TestWithParam<Engine> {
 protected:
  MigrationTest() : scratch_(GetParam(), Schema::kNone) {}

  static std::vector<int> AllVersions() {
    std::vector<int> versions;
    for (const schema::Migration& migration : schema::Migrations()) {
      versions.push_back(migration.version);
    }
    return versions;
  }
  // Says that a newer program was here.
  void AddVersion(std::int64_t version) {
    const auto database = scratch_.Open();
    const auto added = (*database->Connect())
                           ->Execute("INSERT INTO schema_version (version) VALUES ($1)", {version});
    EXPECT_TRUE(added.ok()) << added.status();
  }
  Status StatusOfOpening() {
    return OpenStore(scratch_.location(), StoreLimits(), clock_, log_).status();
  }

  base::VirtualClock clock_{UnixTime()};
  base::MemoryLog log_;
  ScratchDatabase scratch_;
};
INSTANTIATE_ON_BOTH_ENGINES(MigrationTest);

TEST_P(MigrationTest, VersionsAreCountedFromOneWithoutGap) {
  const auto migrations = schema::Migrations();
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    EXPECT_EQ(migrations[i].version, static_cast<int>(i) + 1);
    EXPECT_FALSE(migrations[i].sqlite.empty());
    EXPECT_FALSE(migrations[i].postgres.empty());
  }
}

TEST_P(MigrationTest, AnEmptyDatabaseGetsEveryVersionAndTheSecondTimeNone) {
  EXPECT_EQ(*Migrate(scratch_.location()), AllVersions());
  EXPECT_EQ(*Migrate(scratch_.location()), std::vector<int>());
  EXPECT_TRUE(StatusOfOpening().ok());
}

TEST_P(MigrationTest, TwoProcessesAtOnceApplyEachVersionOnce) {
  std::vector<std::unique_ptr<OtherProcess>> processes;
  for (int i = 0; i < 4; ++i) {
    processes.push_back(
        std::make_unique<OtherProcess>([this] { return Migrate(scratch_.location()).ok(); }));
  }
  for (const auto& process : processes) EXPECT_TRUE(process->Succeeded());
  EXPECT_EQ(*Migrate(scratch_.location()), std::vector<int>());
  EXPECT_TRUE(StatusOfOpening().ok());
}

TEST_P(MigrationTest, ADatabaseOfANewerProgramIsRefused) {
  ASSERT_TRUE(Migrate(scratch_.location()).ok());
  AddVersion(schema::NewestVersion() + 1);
  EXPECT_EQ(Migrate(scratch_.location()).status().code(), absl::StatusCode::kFailedPrecondition);
  const Status status = StatusOfOpening();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(MessageOf(status).find("newer"), std::string_view::npos) << status;
}

TEST_P(MigrationTest, ADatabaseWithoutTablesIsRefusedAndNamesTheCommand) {
  scratch_.Open();
  const Status status = StatusOfOpening();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(MessageOf(status).find("enks migrate"), std::string_view::npos) << status;
}

TEST(OpenStoreTest, AMissingSqliteFileIsNotFoundAndNamesTheCommand) {
  const testing::TemporaryFolder folder;
  const base::VirtualClock clock{UnixTime()};
  base::MemoryLog log;
  const StoreLocation location{Engine::kSqlite, folder.path() / "absent.db"};
  const Status status = OpenStore(location, StoreLimits(), clock, log).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(MessageOf(status).find("enks init"), std::string_view::npos);
}

TEST(OpenStoreTest, AnUnreachableServerIsUnavailableAndThePasswordStaysSecret) {
  const testing::TemporaryFolder folder;
  const base::VirtualClock clock{UnixTime()};
  base::MemoryLog log;
  const StoreLocation location{Engine::kPostgres,
                               "password=hunter2 host=" + folder.path().string()};
  const Status status = OpenStore(location, StoreLimits(), clock, log).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(MessageOf(status).find("hunter2"), std::string_view::npos);
  EXPECT_EQ(log.Text().find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace enks::store
