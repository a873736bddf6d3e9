#include "conformance/case_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace enks::conformance {
namespace {

using testing::HasSubstr;

constexpr const char* kStep = R"({"request":{},"answer":{"status":200}})";

std::string FileWith(const std::string& cases) {
  return fmt::format(R"({{"sheet":"s","topic":"t","padding_bytes":[1,2],"cases":[{}]}})", cases);
}

std::string CaseWith(const std::string& members) {
  return FileWith(fmt::format(R"({{"name":"n","steps":[{}]{}}})", kStep, members));
}

std::string Refusal(const std::string& text) {
  const auto file = CaseFile::Parse("f.json", text);
  return file.ok() ? "" : std::string(file.status().message());
}

TEST(CaseFile, IsReadWhole) {
  const auto file = CaseFile::Parse("f.json", CaseWith(R"(,"divergence":"P5")"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->sheet(), "s");
  EXPECT_EQ((*file)->topic(), "t");
  EXPECT_EQ((*file)->padding().bytes_max, 2);
  ASSERT_EQ((*file)->cases().size(), 1u);
  EXPECT_EQ((*file)->cases()[0].name, "n");
  EXPECT_EQ((*file)->cases()[0].divergence, "P5");
  EXPECT_EQ((*file)->cases()[0].steps.size(), 1u);
}

TEST(CaseFile, MisspeltMembersAreRefusedSoThatNoCheckIsLost) {
  EXPECT_THAT(Refusal(CaseWith(R"(,"divergense":"P5")")), HasSubstr("divergense"));
  EXPECT_THAT(Refusal(FileWith(R"({"name":"n","steps":[{"request":{},"answers":{}}]})")),
              HasSubstr("answers"));
  EXPECT_THAT(Refusal(FileWith(R"({"name":"n","steps":[{"request":{},"answer":{"stat":200}}]})")),
              HasSubstr("stat"));
}

TEST(CaseFile, WhatProvesNothingIsRefused) {
  EXPECT_THAT(Refusal(FileWith("")), HasSubstr("no cases"));
  EXPECT_THAT(Refusal(FileWith(R"({"name":"n","steps":[]})")), HasSubstr("no steps"));
  EXPECT_THAT(Refusal(FileWith(R"({"name":"n","steps":[{"request":{}}]})")), HasSubstr("answer"));
  EXPECT_THAT(Refusal("{"), HasSubstr("no JSON"));
  EXPECT_THAT(Refusal(R"({"sheet":"s"})"), HasSubstr("topic"));
}

TEST(CaseFile, NamesAreUnique) {
  const std::string one = fmt::format(R"({{"name":"n","steps":[{}]}})", kStep);
  EXPECT_THAT(Refusal(FileWith(one + "," + one)), HasSubstr("two cases"));
}

TEST(CaseFile, AnAnswerOfTheReferenceNamesItsDivergence) {
  const std::string step =
      R"({"request":{},"answer":{"status":1},"reference_answer":{"status":2}})";
  EXPECT_THAT(Refusal(FileWith(fmt::format(R"({{"name":"n","steps":[{}]}})", step))),
              HasSubstr("divergence"));
}

TEST(CaseFiles, AFolderWithoutCasesIsAnError) {
  const base::TestFolder folder;
  base::SystemFiles files;
  std::filesystem::create_directories(folder.path() / "cases");
  EXPECT_FALSE(ReadCaseFiles(files, folder.path()).ok());
  ASSERT_TRUE(files
                  .Write(folder.path() / "cases" / "a.json", base::AsBytes(CaseWith("")),
                         base::FileMode::kPublic)
                  .ok());
  const auto read = ReadCaseFiles(files, folder.path());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->size(), 1u);
}

}  // namespace
}  // namespace enks::conformance
