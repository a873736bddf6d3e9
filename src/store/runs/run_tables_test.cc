#include "store/runs/run_tables.h"

#include <gtest/gtest.h>

#include <string>

#include "store/testing/scratch_database.h"

namespace enks::store::runs {
namespace {

// A deletion asks this again and again while all uploads wait.
TEST(RunTablesTest, OldRunsAreFoundByTheirIndexInTheOrderAskedFor) {
  const store::testing::ScratchDatabase scratch(StoreLocation::Engine::kSqlite);
  const auto database = scratch.Open();
  const auto connection = *database->Connect();
  std::string plan;
  const auto explained = connection->Execute("EXPLAIN QUERY PLAN " ENKS_RUNS_RELEASED_BEFORE,
                                             {std::int64_t{0}, std::int64_t{5}, std::int64_t{32}},
                                             [&plan](const sql::Row& row) -> Status {
                                               plan += row.Text(3);
                                               return absl::OkStatus();
                                             });
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_NE(plan.find("USING INDEX key_run_release (pass=? AND release_at<?)"), std::string::npos)
      << plan;
  EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
}

}  // namespace
}  // namespace enks::store::runs
