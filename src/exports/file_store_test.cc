#include "exports/file_store.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/test_folder.h"

namespace enks::exports {
namespace {

using base::AsBytes;
using base::AsText;

class FolderStoreTest : public ::testing::Test {
 protected:
  void Put(std::string_view bucket, std::string_view name, std::string_view content) {
    auto file = store_->Create(bucket, name);
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->Append(AsBytes(content)).ok());
    ASSERT_TRUE((*file)->Commit().ok());
  }

  const base::TestFolder folder_;
  base::SystemFiles files_;
  const std::unique_ptr<FileStore> store_ = MakeFolderStore(folder_.path() / "files", files_);
};

TEST_F(FolderStoreTest, AnObjectIsFoundAndReadBackUnderItsBucket) {
  Put("b", "root/a.zip", "content");
  EXPECT_EQ(AsText(*store_->Read("b", "root/a.zip")), "content");
  const auto found = store_->Find("b", "root/a.zip");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->size_bytes, 7u);
  EXPECT_EQ(found->path, folder_.path() / "files/b/root/a.zip");
  EXPECT_GT(found->modified.time_since_epoch().count(), 0);
  EXPECT_TRUE(absl::IsNotFound(store_->Find("c", "root/a.zip").status()));
}

TEST_F(FolderStoreTest, ReadersSeeTheOldObjectOrNoneUntilCommit) {
  auto file = store_->Create("b", "a.zip");
  ASSERT_TRUE((*file)->Append(AsBytes("half")).ok());
  EXPECT_TRUE(absl::IsNotFound(store_->Find("b", "a.zip").status()));
  file->reset();
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "files/b"));

  Put("b", "a.zip", "old");
  file = store_->Create("b", "a.zip");
  ASSERT_TRUE((*file)->Append(AsBytes("newer")).ok());
  EXPECT_EQ(AsText(*store_->Read("b", "a.zip")), "old");
  ASSERT_TRUE((*file)->Commit().ok());
  EXPECT_EQ(AsText(*store_->Read("b", "a.zip")), "newer");
}

TEST_F(FolderStoreTest, RemovingIsIdempotent) {
  Put("b", "a.zip", "x");
  EXPECT_TRUE(store_->Remove("b", "a.zip").ok());
  EXPECT_TRUE(absl::IsNotFound(store_->Find("b", "a.zip").status()));
  EXPECT_TRUE(store_->Remove("b", "a.zip").ok());
  EXPECT_TRUE(store_->Remove("never", "made.zip").ok());
}

TEST_F(FolderStoreTest, FoldersAndPathsThroughFilesAreNoObjects) {
  Put("b", "root/a.zip", "x");
  EXPECT_TRUE(absl::IsNotFound(store_->Find("b", "root").status()));
  EXPECT_TRUE(absl::IsNotFound(store_->Find("b", "root/a.zip/b.zip").status()));
}

TEST_F(FolderStoreTest, ObjectsOfAFolderAreListedWithoutUnfinishedOnes) {
  Put("b", "root/b.zip", "x");
  Put("b", "root/a.zip", "x");
  Put("b", "root-2/c.zip", "x");
  const auto unfinished = store_->Create("b", "root/d.zip");
  EXPECT_EQ(*store_->List("b", "root"), (std::vector<std::string>{"root/a.zip", "root/b.zip"}));
  EXPECT_TRUE(store_->List("b", "none")->empty());
  EXPECT_TRUE(absl::IsInvalidArgument(store_->List("b", "..").status()));
}

TEST_F(FolderStoreTest, OnlyUnfinishedObjectsThatNobodyWritesAnyMoreAreRemoved) {
  Put("b", "root/a.zip", "x");
  const auto at = store_->Find("b", "root/a.zip")->modified;
  const auto folder = folder_.path() / "files/b/root";
  const auto left_over = folder / ".b.zip.1.0.tmp";
  ASSERT_TRUE(files_.Write(left_over, AsBytes("half"), base::FileMode::kPublic).ok());
  ASSERT_TRUE(files_.Write(folder / ".other", AsBytes("x"), base::FileMode::kPublic).ok());
  std::filesystem::last_write_time(left_over, std::filesystem::last_write_time(folder / "a.zip"));
  ASSERT_TRUE(store_->RemoveUnfinished("b", "root", at).ok());
  EXPECT_TRUE(std::filesystem::exists(left_over));
  ASSERT_TRUE(store_->RemoveUnfinished("b", "root", at + std::chrono::seconds(1)).ok());
  EXPECT_FALSE(std::filesystem::exists(left_over));
  EXPECT_TRUE(std::filesystem::exists(folder / "a.zip"));
  EXPECT_TRUE(std::filesystem::exists(folder / ".other"));
  EXPECT_TRUE(store_->RemoveUnfinished("b", "none", at).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(store_->RemoveUnfinished("b", "a//b", at)));
}

TEST_F(FolderStoreTest, NamesThatLeaveTheBucketOrNameTemporaryFilesAreRefused) {
  ASSERT_TRUE(files_.Write(folder_.path() / "secret", AsBytes("s"), base::FileMode::kPublic).ok());
  const std::string long_segment(201, 'a');
  const std::string long_name = std::string(511, 'a') + "/" + std::string(513, 'a');
  for (const std::string& name :
       {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"), std::string("."),
        std::string(".."), std::string("../../secret"), std::string("a/../b"), std::string("a/./b"),
        std::string(".a.zip.1.2.tmp"), std::string("a/.hidden"), std::string("a\\b"),
        std::string("a\nb"), std::string("a\0b", 3), std::string("a\x7f"), long_segment,
        long_name}) {
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Create("b", name).status())) << name;
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Read("b", name).status())) << name;
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Find("b", name).status())) << name;
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Remove("b", name))) << name;
  }
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "secret"));
}

TEST_F(FolderStoreTest, ABucketIsOnePlainSegment) {
  for (const char* bucket : {"", ".", "..", "a/b", "/a", ".b", "a\\b"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Find(bucket, "a.zip").status())) << bucket;
  }
}

TEST_F(FolderStoreTest, TheLongestSegmentIsTaken) {
  const std::string segment(200, 'a');
  Put(segment, segment, "x");
  EXPECT_TRUE(store_->Find(segment, segment).ok());
}

}  // namespace
}  // namespace enks::exports
