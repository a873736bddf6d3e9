#include "store/sql/statement_table.h"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

namespace enks::store::sql {
namespace {

TEST(TableOfTest, EachKindOfStatementNamesItsTable) {
  EXPECT_EQ(TableOf("SELECT a, b FROM key_run WHERE a = $1"), "key_run");
  EXPECT_EQ(TableOf("INSERT INTO key_origin (a) VALUES ($1)"), "key_origin");
  EXPECT_EQ(TableOf("INSERT INTO key_origin(a) VALUES ($1)"), "key_origin");
  EXPECT_EQ(TableOf("UPDATE export_batch SET lease = $1"), "export_batch");
  EXPECT_EQ(TableOf("DELETE FROM export_file\nWHERE name = $1"), "export_file");
  EXPECT_EQ(TableOf("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER)"),
            "schema_version");
  EXPECT_EQ(TableOf("CREATE INDEX key_run_change ON key_run (change)"), "key_run");
}

TEST(TableOfTest, AStatementWithoutATableIsNamedByItsFirstWord) {
  EXPECT_EQ(TableOf("COMMIT"), "COMMIT");
  EXPECT_EQ(TableOf("SELECT 1"), "SELECT");
  EXPECT_EQ(TableOf(""), "");
}

// The point of Literal: text made while the program runs cannot become a statement.
static_assert(std::is_convertible_v<const char (&)[9], Literal>);
static_assert(!std::is_convertible_v<std::string, Literal>);
static_assert(!std::is_convertible_v<std::string_view, Literal>);
static_assert(!std::is_convertible_v<const char*, Literal>);

}  // namespace
}  // namespace enks::store::sql
