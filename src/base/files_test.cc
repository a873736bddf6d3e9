#include "base/files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace enks::base {
namespace {

class SystemFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/enks-files-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  SystemFiles files_;
};

TEST_F(SystemFilesTest, AWrittenFileIsReadBackAndItsFoldersAreMade) {
  ASSERT_TRUE(files_.Write(folder_ / "a/b/c", AsBytes("hello"), FileMode::kPublic).ok());
  const auto bytes = files_.Read(folder_ / "a/b/c", 5);
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(AsText(*bytes), "hello");
}

TEST_F(SystemFilesTest, AFileOverTheLimitIsRefused) {
  ASSERT_TRUE(files_.Write(folder_ / "f", AsBytes("hello"), FileMode::kPublic).ok());
  EXPECT_EQ(files_.Read(folder_ / "f", 4).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(SystemFilesTest, AFileIsReadToItsEndWhateverSizeItSaysItHas) {
  for (const std::size_t size : {0u, 1u, 65'536u, 200'000u}) {
    const std::string content(size, 'x');
    ASSERT_TRUE(files_.Write(folder_ / "f", AsBytes(content), FileMode::kPublic).ok());
    const auto bytes = files_.Read(folder_ / "f", size);
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    EXPECT_EQ(AsText(*bytes), content);
  }
  // Says that it has no bytes.
  const auto status = files_.Read("/proc/self/status", 1 << 20);
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_TRUE(AsText(*status).starts_with("Name:"));
  EXPECT_EQ(files_.Read("/proc/self/status", 5).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_F(SystemFilesTest, WhatShouldBeBelowAFileIsNotFound) {
  ASSERT_TRUE(files_.Write(folder_ / "f", AsBytes("x"), FileMode::kPublic).ok());
  EXPECT_EQ(files_.Read(folder_ / "f/g", 9).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(SystemFilesTest, AnUncommittedFileLeavesNoTrace) {
  {
    auto file = files_.Create(folder_ / "f", FileMode::kPublic);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->Append(AsBytes("half")).ok());
    EXPECT_EQ(files_.Size(folder_ / "f").status().code(), absl::StatusCode::kNotFound);
  }
  EXPECT_TRUE(files_.List(folder_)->empty());
}

TEST_F(SystemFilesTest, ReadersSeeTheOldFileUntilTheNewOneIsCommitted) {
  ASSERT_TRUE(files_.Write(folder_ / "f", AsBytes("old"), FileMode::kPublic).ok());
  auto file = files_.Create(folder_ / "f", FileMode::kPublic);
  ASSERT_TRUE((*file)->Append(AsBytes("new!")).ok());
  EXPECT_EQ(AsText(*files_.Read(folder_ / "f", 99)), "old");
  ASSERT_TRUE((*file)->WriteAt(3, AsBytes("?")).ok());
  EXPECT_FALSE((*file)->WriteAt(4, AsBytes("x")).ok());
  ASSERT_TRUE((*file)->Commit().ok());
  EXPECT_EQ(AsText(*files_.Read(folder_ / "f", 99)), "new?");
}

TEST_F(SystemFilesTest, ASyncedFileStillAppearsOnlyByCommitAndMayBeWrittenOn) {
  auto file = files_.Create(folder_ / "f", FileMode::kPublic);
  ASSERT_TRUE((*file)->Append(AsBytes("one")).ok());
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_EQ(files_.Size(folder_ / "f").status().code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE((*file)->Append(AsBytes(" two")).ok());
  ASSERT_TRUE((*file)->Commit().ok());
  EXPECT_EQ(AsText(*files_.Read(folder_ / "f", 99)), "one two");
}

// The first process of a container is always number 1, and begins to count anew when it is started
// again: so the names that it left behind are the ones it comes upon.
TEST_F(SystemFilesTest, TemporaryNamesThatAreTakenArePassedOver) {
  ASSERT_TRUE(files_.Create(folder_ / "f", FileMode::kPublic).ok());  // makes the folder
  const auto own_name = [this] {
    const auto file = files_.Create(folder_ / "f", FileMode::kPublic);
    return files_.List(folder_)->at(0);
  };
  const std::string used = own_name();  // .f.PID.COUNT.tmp
  const std::string until_count = used.substr(0, used.find('.', 3) + 1);
  const int count = std::stoi(used.substr(until_count.size()));
  for (int next = count + 1; next <= count + 20; ++next) {
    const auto left_over = folder_ / (until_count + std::to_string(next) + ".tmp");
    std::ofstream(left_over) << "left over";
  }
  ASSERT_TRUE(files_.Write(folder_ / "f", AsBytes("new"), FileMode::kPublic).ok());
  EXPECT_EQ(AsText(*files_.Read(folder_ / "f", 99)), "new");
  EXPECT_EQ(files_.List(folder_)->size(), 21u) << "nothing of another writer was touched";
}

TEST_F(SystemFilesTest, ANewFileNeverReplacesAnOlderOneAndLeavesNoTemporary) {
  ASSERT_TRUE(files_.WriteNew(folder_ / "f", AsBytes("old"), FileMode::kOwnerOnly).ok());
  EXPECT_EQ(files_.WriteNew(folder_ / "f", AsBytes("new"), FileMode::kOwnerOnly).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(AsText(*files_.Read(folder_ / "f", 99)), "old");
  EXPECT_EQ(*files_.List(folder_), std::vector<std::string>{"f"});
}

TEST_F(SystemFilesTest, PermissionsAreThoseOfTheFile) {
  ASSERT_TRUE(files_.Write(folder_ / "f", AsBytes("x"), FileMode::kOwnerOnly).ok());
  EXPECT_EQ(*files_.Permissions(folder_ / "f"), std::filesystem::perms(0600));
  std::filesystem::permissions(folder_ / "f", std::filesystem::perms(0640));
  EXPECT_EQ(*files_.Permissions(folder_ / "f"), std::filesystem::perms(0640));
  EXPECT_EQ(files_.Permissions(folder_ / "none").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(SystemFilesTest, TellsWhenTheContentOfAFileWasWritten) {
  const std::filesystem::path path = folder_ / "f";
  ASSERT_TRUE(files_.Write(path, AsBytes("x"), FileMode::kPublic).ok());
  const UnixTime then{std::chrono::seconds(1'606'000'000)};
  std::filesystem::last_write_time(
      path, std::chrono::file_clock::from_sys(
                std::chrono::time_point_cast<std::chrono::nanoseconds>(then)));
  EXPECT_EQ(*files_.ModifiedAt(path), then);
  // Who may read it is no content.
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  EXPECT_EQ(*files_.ModifiedAt(path), then);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  ASSERT_TRUE(files_.Write(path, AsBytes("y"), FileMode::kPublic).ok());
  EXPECT_GT(*files_.ModifiedAt(path), then);
}

TEST_F(SystemFilesTest, AFileThatIsNotThereWasNeverWritten) {
  const auto modified = files_.ModifiedAt(folder_ / "none");
  EXPECT_EQ(modified.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(std::string(modified.status().message()).find("none"), std::string::npos);
}

TEST_F(SystemFilesTest, SecretsAreReadableByTheOwnerOnly) {
  ASSERT_TRUE(files_.Write(folder_ / "key", AsBytes("s"), FileMode::kOwnerOnly).ok());
  EXPECT_EQ(std::filesystem::status(folder_ / "key").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(SystemFilesTest, RemovingAMissingFileSucceedsAndErrorsNameThePath) {
  EXPECT_TRUE(files_.Remove(folder_ / "none").ok());
  const auto missing = files_.Read(folder_ / "none", 1).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(missing.message().find("none"), std::string_view::npos);
}

}  // namespace
}  // namespace enks::base
