#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "store/testing/sample_records.h"
#include "store/testing/store_contract.h"

// store.h on export files: the index, and their end.
namespace enks::store {
namespace {

using std::chrono::seconds;
using testing::SampleExportConfig;

constexpr seconds kHour{3600};

class FilesTest : public testing::StoreContractTest {
 protected:
  FilesTest() : config_(*store_->AddExportConfig(SampleExportConfig())) {}

  // Makes the next hour's batch with files of these names and returns its id.
  std::int64_t Publish(const std::vector<std::string>& names) {
    const UnixTime start = last_end_.value_or(kStart);
    EXPECT_TRUE(store_->CreateBatches(config_, last_end_, {{start, start + kHour}}).ok());
    last_end_ = start + kHour;
    const ExportBatch batch = **store_->LeaseBatch(*last_end_ + seconds(1), kHour);
    std::vector<ExportFile> files;
    for (const std::string& name : names) {
      ExportFile& file = files.emplace_back();
      file.bucket = "exports";
      file.name = name;
      file.window = batch.window;
      file.file_number = static_cast<std::int32_t>(files.size());
    }
    EXPECT_TRUE(store_->CompleteBatch(batch, files).ok());
    return batch.id;
  }

  static std::string Names(const Result<std::vector<ExportFile>>& files) {
    std::string names;
    for (const ExportFile& file : *files) names += file.name + " ";
    return names;
  }
  std::string Indexed(UnixTime oldest_start = kStart - seconds(1)) {
    return Names(store_->IndexedFiles(SampleExportConfig().Place(), oldest_start));
  }
  BatchStatus StatusOf(std::int64_t batch_id) {
    const auto batches = *store_->Batches(config_, kStart);
    for (const ExportBatch& batch : batches) {
      if (batch.id == batch_id) return batch.status;
    }
    ADD_FAILURE() << "no batch " << batch_id;
    return BatchStatus::kOpen;
  }

  const std::int64_t config_;
  std::optional<UnixTime> last_end_;
};
INSTANTIATE_ON_BOTH_ENGINES(FilesTest);

TEST_P(FilesTest, TheIndexListsFilesBytewiseByName) {
  Publish({"de/b", "de/B", "de/ä", "de/a_1", "de/a-1"});
  EXPECT_EQ(Indexed(), "de/B de/a-1 de/a_1 de/b de/ä ");
}

TEST_P(FilesTest, TheIndexListsBatchesThatStartedAfterAMoment) {
  Publish({"1"});
  Publish({"2"});
  EXPECT_EQ(Indexed(kStart - seconds(1)), "1 2 ");
  EXPECT_EQ(Indexed(kStart), "2 ");
  EXPECT_EQ(Indexed(kStart + kHour), "");
}

TEST_P(FilesTest, TheIndexListsWhatLiesAtOnePlace) {
  Publish({"de/1"});
  ExportConfig config = SampleExportConfig();
  config.id = config_;
  config.filename_root = "de2";
  ASSERT_TRUE(store_->UpdateExportConfig(config).ok());
  Publish({"de2/2"});
  EXPECT_EQ(Indexed(), "de/1 ");
  EXPECT_EQ(Names(store_->IndexedFiles({"exports", "de2"}, kStart - kHour)), "de2/2 ");
  EXPECT_EQ(Names(store_->IndexedFiles({"exports", "DE"}, kStart - kHour)), "");
  EXPECT_EQ(Names(store_->IndexedFiles({"elsewhere", "de"}, kStart - kHour)), "");
}

TEST_P(FilesTest, AFileIsFoundByItsNameFromItsRecordOnEvenWhenItIsDeleted) {
  EXPECT_EQ(*store_->FindFile("exports", "de/1"), std::nullopt);
  const std::int64_t batch = Publish({"de/1"});
  const auto found = *store_->FindFile("exports", "de/1");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->batch_id, batch);
  EXPECT_EQ(found->config_id, config_);
  EXPECT_EQ(*store_->FindFile("elsewhere", "de/1"), std::nullopt);
  EXPECT_EQ(*store_->FindFile("exports", "DE/1"), std::nullopt);
  ASSERT_TRUE(store_->ExpireFiles(kStart + 24 * kHour).ok());
  ASSERT_TRUE(store_->MarkFileDeleted(*found).ok());
  EXPECT_EQ((*store_->FindFile("exports", "de/1"))->status, FileStatus::kDeleted);
}

TEST_P(FilesTest, ManyProcessesMayExpireFilesAtOnce) {
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back("de/" + std::to_string(i * 7919 % 1000));
  Publish(names);
  std::vector<std::int64_t> expired(4);
  std::vector<std::thread> processes;
  for (std::int64_t& count : expired) {
    processes.emplace_back(
        [this, &count] { count = store_->ExpireFiles(kStart + 24 * kHour).value_or(-1'000'000); });
  }
  for (std::thread& process : processes) process.join();
  EXPECT_EQ(std::accumulate(expired.begin(), expired.end(), std::int64_t{0}), 200);
}

TEST_P(FilesTest, FilesOfABatchComeByTheirNumber) {
  const std::int64_t batch = Publish({"z", "y"});
  EXPECT_EQ(Names(store_->FilesOfBatch(batch)), "z y ");
  EXPECT_EQ(Names(store_->FilesOfBatch(batch + 1)), "");
}

TEST_P(FilesTest, FilesExpireWhoseBatchEndedBeforeTheCutoff) {
  Publish({"1", "2"});
  Publish({"3"});
  EXPECT_EQ(*store_->ExpireFiles(kStart + kHour), 0);
  EXPECT_EQ(*store_->ExpireFiles(kStart + kHour + seconds(1)), 2);
  EXPECT_EQ(*store_->ExpireFiles(kStart + kHour + seconds(1)), 0);
  EXPECT_EQ(Indexed(), "3 ");
  EXPECT_EQ(Names(store_->FilesToDelete(10)), "1 2 ");
}

TEST_P(FilesTest, FilesToDeleteComeOldestFirstAndBounded) {
  Publish({"z"});
  Publish({"a", "b"});
  ASSERT_TRUE(store_->ExpireFiles(kStart + 24 * kHour).ok());
  EXPECT_EQ(Names(store_->FilesToDelete(2)), "z a ");
  EXPECT_EQ(Names(store_->FilesToDelete(0)), "");
}

TEST_P(FilesTest, ABatchIsDeletedWithTheLastOfItsFiles) {
  const std::int64_t batch = Publish({"1", "2"});
  ASSERT_TRUE(store_->ExpireFiles(kStart + 24 * kHour).ok());
  const auto files = *store_->FilesToDelete(10);
  ASSERT_TRUE(store_->MarkFileDeleted(files.at(0)).ok());
  EXPECT_EQ(StatusOf(batch), BatchStatus::kComplete);
  EXPECT_EQ(Names(store_->FilesToDelete(10)), "2 ");
  ASSERT_TRUE(store_->MarkFileDeleted(files.at(1)).ok());
  EXPECT_EQ(StatusOf(batch), BatchStatus::kDeleted);
  EXPECT_EQ(Names(store_->FilesToDelete(10)), "");
  EXPECT_EQ(store_->FilesOfBatch(batch)->at(0).status, FileStatus::kDeleted);
  EXPECT_TRUE(store_->MarkFileDeleted(files.at(1)).ok());
}

TEST_P(FilesTest, AFileThatIsNotRecordedCannotBeMarked) {
  Publish({"1"});
  ExportFile file;
  file.bucket = "elsewhere";
  file.name = "1";
  EXPECT_EQ(store_->MarkFileDeleted(file).code(), absl::StatusCode::kNotFound);
}

TEST(StatusNameTest, StatusesAreWrittenAsTheReferenceWritesThem) {
  EXPECT_STREQ(BatchStatusName(BatchStatus::kOpen), "OPEN");
  EXPECT_STREQ(BatchStatusName(BatchStatus::kPending), "PENDING");
  EXPECT_STREQ(BatchStatusName(BatchStatus::kComplete), "COMPLETE");
  EXPECT_STREQ(BatchStatusName(BatchStatus::kDeleted), "DELETED");
  EXPECT_STREQ(FileStatusName(FileStatus::kComplete), "COMPLETE");
  EXPECT_STREQ(FileStatusName(FileStatus::kDeletePending), "DEL_PEND");
  EXPECT_STREQ(FileStatusName(FileStatus::kDeleted), "DELETED");
}

}  // namespace
}  // namespace enks::store
