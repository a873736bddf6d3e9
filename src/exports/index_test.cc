#include "exports/index.h"

#include <gtest/gtest.h>

#include "exports/testing/world.h"

namespace enks::exports {
namespace {

using std::chrono::hours;
using testing::kStart;
using testing::World;

TEST(IndexText, NamesAreSortedBytewiseOnceEachWithoutATrailingNewline) {
  EXPECT_EQ(IndexText({}), "");
  EXPECT_EQ(IndexText({"r/1.zip"}), "r/1.zip");
  EXPECT_EQ(IndexText({"r/2.zip", "r/10.zip", "R/3.zip", "r/2.zip"}), "R/3.zip\nr/10.zip\nr/2.zip");
}

class IndexWriterTest : public ::testing::Test {
 protected:
  // Records a file of the window that starts at `start`, as the export job would.
  void Record(const std::string& bucket, const std::string& name, base::UnixTime start) {
    const auto last_end = world_.store->NewestBatchEnd(config_.id);
    ASSERT_TRUE(
        world_.store->CreateBatches(config_.id, *last_end, {{start, start + hours(1)}}).ok());
    world_.clock.Set(start + hours(3));
    const auto batch = world_.store->LeaseBatch(world_.clock.Now(), hours(1));
    ASSERT_TRUE(batch.ok() && batch->has_value());
    store::ExportFile file;
    file.batch_id = (*batch)->id;
    file.config_id = config_.id;
    file.bucket = bucket;
    file.name = name;
    file.window = (*batch)->window;
    ASSERT_TRUE(world_.store->CompleteBatch(**batch, {file}).ok());
  }

  IndexWriter Writer() {
    return IndexWriter(*world_.store, *world_.objects, world_.clock, hours(14 * 24));
  }

  World world_;
  const store::ExportConfig config_ = world_.AddConfig(world_.Config("root"));
};

TEST_F(IndexWriterTest, ListsRecordedFilesOfThePlace) {
  Record("bucket", "root/a.zip", kStart);
  Record("old-bucket", "root/b.zip", kStart + hours(1));
  Record("bucket", "root/c.zip", kStart + hours(2));
  ASSERT_TRUE(Writer().Refresh(config_.Place()).ok());
  EXPECT_EQ(base::AsText(*world_.objects->Read("bucket", "root/index.txt")),
            "root/a.zip\nroot/c.zip");
}

TEST_F(IndexWriterTest, AnIndexThatIsRightIsNotTouched) {
  ASSERT_TRUE(Writer().Refresh(config_.Place()).ok());
  const auto path = world_.objects->Find("bucket", "root/index.txt")->path;
  const auto before = std::filesystem::last_write_time(path) - std::chrono::hours(1);
  std::filesystem::last_write_time(path, before);
  ASSERT_TRUE(Writer().Refresh(config_.Place()).ok());
  EXPECT_EQ(std::filesystem::last_write_time(path), before);
}

TEST_F(IndexWriterTest, AWrongIndexIsReplaced) {
  Record("bucket", "root/a.zip", kStart);
  auto file = world_.objects->Create("bucket", "root/index.txt");
  ASSERT_TRUE((*file)->Append(base::AsBytes("root/ghost.zip")).ok());
  ASSERT_TRUE((*file)->Commit().ok());
  ASSERT_TRUE(Writer().Refresh(config_.Place()).ok());
  EXPECT_EQ(world_.Index(config_), std::vector<std::string>{"root/a.zip"});
}

// Another process that writes an older list at the worst moment: between our write and its check.
class MeddlingFileStore final : public FileStore {
 public:
  MeddlingFileStore(FileStore& files, int times) : files_(files), times_(times) {}
  Result<std::unique_ptr<base::PendingFile>> Create(std::string_view bucket,
                                                    std::string_view name) override {
    return files_.Create(bucket, name);
  }
  Result<base::Bytes> Read(std::string_view bucket, std::string_view name) override {
    if (times_ == 0) return files_.Read(bucket, name);
    --times_;
    const std::string_view older = "root/older.zip";
    return base::Bytes(older.begin(), older.end());
  }
  Status Remove(std::string_view, std::string_view) override { return absl::OkStatus(); }
  Result<std::vector<std::string>> List(std::string_view bucket, std::string_view folder) override {
    return files_.List(bucket, folder);
  }
  Status RemoveUnfinished(std::string_view, std::string_view, std::chrono::sys_seconds) override {
    return absl::OkStatus();
  }
  Result<Object> Find(std::string_view bucket, std::string_view name) override {
    return files_.Find(bucket, name);
  }

 private:
  FileStore& files_;
  int times_;
};

TEST_F(IndexWriterTest, WhoeverWasOverwrittenWritesAgainAFewTimes) {
  MeddlingFileStore twice(*world_.objects, 2);
  EXPECT_TRUE(
      IndexWriter(*world_.store, twice, world_.clock, hours(1)).Refresh(config_.Place()).ok());
  MeddlingFileStore always(*world_.objects, -1);
  EXPECT_TRUE(absl::IsAborted(
      IndexWriter(*world_.store, always, world_.clock, hours(1)).Refresh(config_.Place())));
}

}  // namespace
}  // namespace enks::exports
