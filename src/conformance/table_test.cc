#include "conformance/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace enks::conformance {
namespace {

using testing::HasSubstr;

TEST(CompatibilityTable, HasARowForEachCaseAndSaysHowEnksStands) {
  constexpr const char* kText = R"({"sheet":"publish.md section 1","topic":"Topic",
    "padding_bytes":[0,1],"cases":[
      {"name":"a|b","steps":[{"request":{},"answer":{}}]},
      {"name":"c","divergence":"P5","steps":[{"request":{},"answer":{}}]},
      {"name":"d","known_failure":"why","steps":[{"request":{},"answer":{}}]}]})";
  auto file = CaseFile::Parse("f.json", kText);
  ASSERT_TRUE(file.ok()) << file.status();
  CaseFiles files;
  files.push_back(*std::move(file));
  const std::string table = CompatibilityTable(files);
  EXPECT_THAT(table, HasSubstr("## Topic\n\n`spec/publish.md section 1`\n"));
  EXPECT_THAT(table, HasSubstr("| a\\|b | same |\n"));
  EXPECT_THAT(table, HasSubstr("| c | differs on purpose: P5 |\n"));
  EXPECT_THAT(table, HasSubstr("| d | not yet: why |\n"));
}

}  // namespace
}  // namespace enks::conformance
