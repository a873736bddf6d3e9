#include "retention/cleaner.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "base/random.h"
#include "base/test_folder.h"
#include "base/virtual_clock.h"
#include "store/open.h"

namespace enks::retention {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr base::UnixTime kStart{seconds(1'700'006'400)};
constexpr hours kTtl{14 * 24};

// Remembers what was removed; some objects cannot be.
class RecordingRemover final : public ObjectRemover {
 public:
  Status Remove(std::string_view bucket, std::string_view name) override {
    ++calls;
    if (stuck.contains(std::string(name))) return absl::UnavailableError("storage is away");
    removed.insert(std::string(bucket) + "/" + std::string(name));
    return absl::OkStatus();
  }

  int calls = 0;
  std::set<std::string> stuck;
  std::set<std::string> removed;
};

class CleanerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const store::StoreLocation location{store::StoreLocation::Engine::kSqlite,
                                        (folder_.path() / "enks.db").string()};
    ASSERT_TRUE(store::Migrate(location).ok());
    auto opened = store::OpenStore(location, store::StoreLimits{}, clock_, log_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    store::ExportConfig config;
    config.bucket = "bucket";
    config.filename_root = "root";
    config.period = hours(1);
    config.output_region = "US";
    config.from = kStart;
    config_id_ = *store_->AddExportConfig(config);
  }

  // Records `count` files of the hour that starts at `start`.
  void RecordFiles(base::UnixTime start, int count) {
    const auto last_end = store_->NewestBatchEnd(config_id_);
    ASSERT_TRUE(store_->CreateBatches(config_id_, *last_end, {{start, start + hours(1)}}).ok());
    const auto batch = store_->LeaseBatch(start + hours(2), hours(1));
    ASSERT_TRUE(batch.ok() && batch->has_value());
    std::vector<store::ExportFile> files;
    for (std::int32_t number = 1; number <= count; ++number) {
      store::ExportFile file;
      file.batch_id = (*batch)->id;
      file.config_id = config_id_;
      file.bucket = "bucket";
      file.name = "root/" + std::to_string(start.time_since_epoch().count()) + "-" +
                  std::to_string(number) + ".zip";
      file.window = (*batch)->window;
      file.file_number = number;
      file.file_count = count;
      files.push_back(file);
    }
    ASSERT_TRUE(store_->CompleteBatch(**batch, files).ok());
  }

  void Publish(base::UnixTime release_at) {
    std::array<std::uint8_t, exposure::KeyData::kSize> data{};
    random_.Fill(data);
    store::KeyUpload upload;
    exposure::AcceptedKey key;
    key.key = exposure::KeyData(data);
    key.rolling_start = exposure::IntervalAt(release_at - hours(48));
    key.rolling_period = 144;
    key.report_type = exposure::ReportType::kConfirmed;
    key.release_at = release_at;
    upload.keys = {key};
    upload.origin.regions = {"US"};
    const auto stored = store_->StoreUploadAndWait(upload);
    ASSERT_TRUE(stored.ok()) << stored.status();
  }

  Cleaner MakeCleaner(RetentionOptions options = {}) {
    return Cleaner(options, *store_, objects_, clock_, log_);
  }

  const base::TestFolder folder_;
  base::VirtualClock clock_{kStart};
  base::MemoryLog log_;
  base::SeededRandom random_{1};
  std::unique_ptr<store::Store> store_;
  RecordingRemover objects_;
  std::int64_t config_id_ = 0;
};

TEST_F(CleanerTest, AShortTimeToLiveDeletesNothingUnlessTheOperatorInsists) {
  Publish(kStart);
  RecordFiles(kStart, 1);
  clock_.Set(kStart + hours(24 * 30));
  Cleaner guarded = MakeCleaner({kTtlMin - seconds(1), false});
  EXPECT_TRUE(absl::IsFailedPrecondition(guarded.CleanKeys().status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(guarded.CleanFiles().status()));
  EXPECT_EQ(*store_->CountKeys(), 1);
  EXPECT_EQ(objects_.calls, 0);

  Cleaner insisting = MakeCleaner({kTtlMin - seconds(1), true});
  EXPECT_EQ(insisting.CleanKeys()->keys_deleted, 1);
  EXPECT_EQ(insisting.CleanFiles()->files_deleted, 1);
}

TEST_F(CleanerTest, TheShortestTimeToLiveThatIsSafeNeedsNoInsisting) {
  Publish(kStart);
  clock_.Set(kStart + kTtlMin + seconds(1));
  EXPECT_EQ(MakeCleaner({kTtlMin, false}).CleanKeys()->keys_deleted, 1);
}

TEST_F(CleanerTest, KeysGoOnceTheirReleaseTimeIsPastTheTimeToLive) {
  Publish(kStart);
  Publish(kStart + hours(1));
  clock_.Set(kStart + kTtl);
  EXPECT_EQ(MakeCleaner().CleanKeys()->keys_deleted, 0);
  clock_.Set(kStart + kTtl + hours(1));
  EXPECT_EQ(MakeCleaner().CleanKeys()->keys_deleted, 1);
  EXPECT_EQ(*store_->CountKeys(), 1);
}

TEST_F(CleanerTest, FilesGoOnceTheirWindowIsPastTheTimeToLive) {
  RecordFiles(kStart, 2);
  RecordFiles(kStart + hours(1), 1);
  clock_.Set(kStart + hours(1) + kTtl);
  EXPECT_EQ(MakeCleaner().CleanFiles()->files_expired, 0);
  clock_.Advance(seconds(1));
  const auto run = MakeCleaner().CleanFiles();
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->files_expired, 2);
  EXPECT_EQ(run->files_deleted, 2);
  EXPECT_EQ(objects_.removed, (std::set<std::string>{"bucket/root/1700006400-1.zip",
                                                     "bucket/root/1700006400-2.zip"}));
  const auto batches = *store_->Batches(config_id_, {});
  EXPECT_EQ(batches.at(0).status, store::BatchStatus::kDeleted);
  EXPECT_EQ(batches.at(1).status, store::BatchStatus::kComplete);
  EXPECT_EQ(MakeCleaner().CleanFiles()->files_deleted, 0);
}

TEST_F(CleanerTest, AFileThatCannotBeRemovedDoesNotStopTheOthersAndIsTriedAgain) {
  RecordFiles(kStart, 230);
  // More stuck files than one step reads, and all of them first in line.
  for (int number = 1; number <= 99; ++number) {
    objects_.stuck.insert("root/1700006400-" + std::to_string(number) + ".zip");
    objects_.stuck.insert("root/1700006400-" + std::to_string(100 + number) + ".zip");
  }
  clock_.Set(kStart + hours(2) + kTtl);
  const auto run = MakeCleaner().CleanFiles();
  EXPECT_TRUE(absl::IsUnavailable(run.status())) << run.status();
  EXPECT_EQ(objects_.removed.size(), 230u - objects_.stuck.size());
  EXPECT_EQ(objects_.calls, 230);

  objects_.stuck.clear();
  const auto again = MakeCleaner().CleanFiles();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(objects_.removed.size(), 230u);
  EXPECT_EQ(store_->Batches(config_id_, {})->at(0).status, store::BatchStatus::kDeleted);
}

}  // namespace
}  // namespace enks::retention
