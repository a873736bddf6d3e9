#include <string>
#include <thread>

#include "store/testing/sample_records.h"
#include "store/testing/store_contract.h"

// store.h on batches: making, leasing and finishing them.
namespace enks::store {
namespace {

using exposure::Window;
using std::chrono::seconds;
using testing::SampleExportConfig;

constexpr seconds kHour{3600};
constexpr seconds kLease{300};

class BatchesTest : public testing::StoreContractTest {
 protected:
  BatchesTest() : config_(*store_->AddExportConfig(SampleExportConfig())) {}

  // The hour number `index` of the day.
  static Window Hour(int index) { return {kStart + index * kHour, kStart + (index + 1) * kHour}; }

  Status Create(std::optional<UnixTime> last_end, const std::vector<Window>& windows) {
    return store_->CreateBatches(config_, last_end, windows);
  }
  // Makes the first batch and leases it a second after its end.
  ExportBatch LeaseFirst() {
    EXPECT_TRUE(Create(std::nullopt, {Hour(0)}).ok());
    return **store_->LeaseBatch(kNow, kLease);
  }
  ExportBatch First() { return store_->Batches(config_, kStart)->at(0); }

  static constexpr UnixTime kNow = kStart + kHour + seconds(1);
  const std::int64_t config_;
};
INSTANTIATE_ON_BOTH_ENGINES(BatchesTest);

ExportFile FileOf(const ExportBatch& batch, std::string name) {
  ExportFile file;
  file.bucket = batch.settings.bucket;
  file.name = std::move(name);
  file.window = batch.window;
  file.region = batch.settings.output_region;
  return file;
}

exposure::AcceptedKey KeyReleasedAt(UnixTime time) {
  exposure::AcceptedKey key;
  key.rolling_start = exposure::IntervalAt(UnixTime(seconds(1605830400)));
  key.rolling_period = exposure::kRollingPeriodMax;
  key.transmission_risk = 1;
  key.report_type = exposure::ReportType::kConfirmed;
  key.release_at = time;
  return key;
}

TEST_P(BatchesTest, BatchesAreMadeOpenWithTheSettingsOfTheMoment) {
  ExportConfig config = SampleExportConfig();
  config.id = config_;
  config.input_regions = {"DE", "FR"};
  config.max_records_override = 500;
  ASSERT_TRUE(store_->UpdateExportConfig(config).ok());
  EXPECT_EQ(*store_->NewestBatchEnd(config_), std::nullopt);
  ASSERT_TRUE(Create(std::nullopt, {Hour(0), Hour(1)}).ok());
  config.input_regions = {"US"};
  ASSERT_TRUE(store_->UpdateExportConfig(config).ok());

  EXPECT_EQ(*store_->NewestBatchEnd(config_), Hour(1).end);
  const auto batches = *store_->Batches(config_, kStart);
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(batches[0].window, Hour(0));
  EXPECT_EQ(batches[1].window, Hour(1));
  EXPECT_EQ(batches[0].status, BatchStatus::kOpen);
  EXPECT_EQ(batches[0].lease_expires, std::nullopt);
  EXPECT_FALSE(batches[0].padded);
  EXPECT_EQ(batches[0].settings.id, config_);
  EXPECT_EQ(batches[0].settings.filename_root, "de");
  EXPECT_EQ(batches[0].settings.input_regions, (std::vector<std::string>{"DE", "FR"}));
  EXPECT_EQ(batches[0].settings.max_records_override, 500);
  EXPECT_EQ(batches[0].settings.thru, std::nullopt);
}

TEST_P(BatchesTest, BatchesAreListedThatEndAfterAMoment) {
  ASSERT_TRUE(Create(std::nullopt, {Hour(0), Hour(1)}).ok());
  EXPECT_EQ(store_->Batches(config_, Hour(0).end - seconds(1))->size(), 2U);
  EXPECT_EQ(store_->Batches(config_, Hour(0).end)->size(), 1U);
  EXPECT_TRUE(store_->Batches(config_, Hour(1).end)->empty());
  EXPECT_TRUE(store_->Batches(config_ + 1, kStart)->empty());
}

TEST_P(BatchesTest, ThePlacesOfBatchesAreListedOnceEach) {
  using Places = std::vector<ExportPlace>;
  EXPECT_EQ(*store_->PlacesOfBatches(kStart), Places{});
  ASSERT_TRUE(Create(std::nullopt, {Hour(0), Hour(1)}).ok());
  ExportConfig config = SampleExportConfig();
  config.id = config_;
  config.filename_root = "moved";
  ASSERT_TRUE(store_->UpdateExportConfig(config).ok());
  ASSERT_TRUE(Create(Hour(1).end, {Hour(2)}).ok());
  ASSERT_TRUE(store_->CompleteBatch(**store_->LeaseBatch(kNow, kLease), {}).ok());
  EXPECT_EQ(*store_->PlacesOfBatches(kStart), (Places{{"exports", "de"}, {"exports", "moved"}}));
  EXPECT_EQ(*store_->PlacesOfBatches(Hour(1).end), (Places{{"exports", "moved"}}));
  EXPECT_EQ(*store_->PlacesOfBatches(Hour(2).end), Places{});
}

TEST_P(BatchesTest, BatchesOfAllConfigurationsAreListedThatOverlapAWindow) {
  ExportConfig config = SampleExportConfig();
  config.filename_root = "other";
  const std::int64_t other = *store_->AddExportConfig(config);
  ASSERT_TRUE(Create(std::nullopt, {Hour(0), Hour(1), Hour(2)}).ok());
  const Window day{Hour(0).start, Hour(23).end};
  ASSERT_TRUE(store_->CreateBatches(other, std::nullopt, {day}).ok());
  ASSERT_TRUE(store_->CompleteBatch(**store_->LeaseBatch(kNow, kLease), {}).ok());

  EXPECT_EQ(store_->BatchesIn(day)->size(), 4U);
  const auto batches = *store_->BatchesIn({Hour(1).start + seconds(1), Hour(1).end});
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(batches[0].window, Hour(1));
  EXPECT_EQ(batches[1].window, day);
  EXPECT_EQ(batches[1].settings.filename_root, "other");
  EXPECT_EQ(store_->BatchesIn(Hour(0))->at(0).status, BatchStatus::kComplete);
  EXPECT_TRUE(store_->BatchesIn({Hour(24).start, Hour(25).end})->empty());
}

TEST_P(BatchesTest, NewBatchesMustFollowTheNewestOne) {
  ASSERT_TRUE(Create(std::nullopt, {Hour(0)}).ok());
  EXPECT_EQ(Create(std::nullopt, {Hour(1)}).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Create(Hour(1).end, {Hour(2)}).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Create(Hour(0).end, {Hour(2)}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Create(Hour(0).end, {Hour(0)}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(Create(Hour(0).end, {Hour(1)}).ok());
  EXPECT_EQ(store_->Batches(config_, kStart)->size(), 2U);
}

TEST_P(BatchesTest, WindowsWithAGapAnOverlapOrNothingInThemMakeNoBatchAtAll) {
  const Window empty = {Hour(1).start, Hour(1).start};
  for (const auto& windows : {std::vector{Hour(0), Hour(2)}, std::vector{Hour(0), Hour(0)},
                              std::vector{Hour(1), Hour(0)}, std::vector{Hour(0), empty}}) {
    EXPECT_EQ(Create(std::nullopt, windows).code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(*store_->NewestBatchEnd(config_), std::nullopt);
}

TEST_P(BatchesTest, BatchesOfAnUnknownConfigurationAreNotFound) {
  EXPECT_EQ(store_->CreateBatches(99, std::nullopt, {Hour(0)}).code(), absl::StatusCode::kNotFound);
}

TEST_P(BatchesTest, AWindowIsLeasedOnceItIsOver) {
  ASSERT_TRUE(Create(std::nullopt, {Hour(0)}).ok());
  EXPECT_EQ(*store_->LeaseBatch(Hour(0).end, kLease), std::nullopt);
  const auto batch = *store_->LeaseBatch(Hour(0).end + seconds(1), kLease);
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->window, Hour(0));
  EXPECT_EQ(batch->status, BatchStatus::kPending);
  EXPECT_EQ(batch->lease_expires, kNow + kLease);
  EXPECT_EQ(batch->settings.filename_root, "de");
}

TEST_P(BatchesTest, TheOldestBatchIsLeasedFirstAndNoneTwice) {
  ASSERT_TRUE(Create(std::nullopt, {Hour(0), Hour(1)}).ok());
  const UnixTime now = kStart + 5 * kHour;
  EXPECT_EQ((*store_->LeaseBatch(now, kLease))->window, Hour(0));
  EXPECT_EQ((*Open()->LeaseBatch(now, kLease))->window, Hour(1));
  EXPECT_EQ(*store_->LeaseBatch(now, kLease), std::nullopt);
}

TEST_P(BatchesTest, ManyWorkersAtOnceNeverGetTheSameBatch) {
  std::vector<Window> windows;
  for (int i = 0; i < 8; ++i) windows.push_back(Hour(i));
  ASSERT_TRUE(Create(std::nullopt, windows).ok());
  std::vector<std::int64_t> leased(8);
  std::vector<std::thread> workers;
  for (std::int64_t& id : leased) {
    workers.emplace_back([this, &id] {
      const auto batch = store_->LeaseBatch(kStart + 24 * kHour, kLease);
      if (batch.ok() && batch->has_value()) id = (*batch)->id;
    });
  }
  for (std::thread& worker : workers) worker.join();
  std::sort(leased.begin(), leased.end());
  EXPECT_GT(leased.front(), 0);
  EXPECT_EQ(std::unique(leased.begin(), leased.end()), leased.end());
}

TEST_P(BatchesTest, ALeaseThatRanOutIsGivenToTheNextAndTheFirstCanNoLongerWrite) {
  const ExportBatch first = LeaseFirst();
  EXPECT_EQ(*store_->LeaseBatch(kNow + kLease - seconds(1), kLease), std::nullopt);
  const ExportBatch second = **store_->LeaseBatch(kNow + kLease, kLease);
  EXPECT_EQ(second.id, first.id);
  EXPECT_GT(second.lease, first.lease);

  EXPECT_EQ(store_->RenewLease(first, kNow, kLease).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->AddPadding(first, {}).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->CompleteBatch(first, {FileOf(first, "a")}).code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(store_->ReleaseBatch(first).ok());
  EXPECT_EQ(First().status, BatchStatus::kPending);
  EXPECT_TRUE(store_->FilesOfBatch(first.id)->empty());
  EXPECT_TRUE(store_->CompleteBatch(second, {}).ok());
}

TEST_P(BatchesTest, ARenewedLeaseLivesLonger) {
  const ExportBatch batch = LeaseFirst();
  ASSERT_TRUE(store_->RenewLease(batch, kNow + seconds(100), kLease).ok());
  EXPECT_EQ(*store_->LeaseBatch(kNow + kLease, kLease), std::nullopt);
  EXPECT_NE(*store_->LeaseBatch(kNow + seconds(100) + kLease, kLease), std::nullopt);
}

TEST_P(BatchesTest, AReleasedBatchIsOpenAgainAtOnce) {
  const ExportBatch batch = LeaseFirst();
  ASSERT_TRUE(store_->ReleaseBatch(batch).ok());
  EXPECT_EQ(First().status, BatchStatus::kOpen);
  EXPECT_EQ(First().lease_expires, std::nullopt);
  EXPECT_EQ(store_->RenewLease(batch, kNow, kLease).code(), absl::StatusCode::kAborted);
  EXPECT_GT((*store_->LeaseBatch(kNow, kLease))->lease, batch.lease);
}

TEST_P(BatchesTest, PaddingIsStoredOnceAndInsideTheWindowOnly) {
  const ExportBatch batch = LeaseFirst();
  for (const UnixTime outside : {batch.window.start - seconds(1), batch.window.end}) {
    EXPECT_EQ(store_->AddPadding(batch, {{Origin(), {KeyReleasedAt(outside)}}}).code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_FALSE(First().padded);
  ASSERT_TRUE(store_->AddPadding(batch, {{Origin(), {KeyReleasedAt(batch.window.start)}}}).ok());
  EXPECT_TRUE(First().padded);
  EXPECT_EQ(*store_->CountKeys(), 1);
  EXPECT_EQ(store_->AddPadding(batch, {}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*store_->CountKeys(), 1);
}

TEST_P(BatchesTest, PaddingSurvivesALostLeaseAndIsNotAddedAgain) {
  ASSERT_TRUE(store_->AddPadding(LeaseFirst(), {{Origin(), {KeyReleasedAt(kStart)}}}).ok());
  const ExportBatch again = **store_->LeaseBatch(kNow + kLease, kLease);
  EXPECT_TRUE(again.padded);
  EXPECT_EQ(store_->AddPadding(again, {}).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(BatchesTest, ACompleteBatchHasItsFilesAndIsNotLeasedAgain) {
  const ExportBatch batch = LeaseFirst();
  ExportFile file = FileOf(batch, "de/1.zip");
  file.file_number = 1;
  file.file_count = 2;
  file.key_count = 5'000'000'000;
  file.size_bytes = 6'000'000'000;
  file.window.end += seconds(1);
  ASSERT_TRUE(store_->CompleteBatch(batch, {FileOf(batch, "de/2.zip"), file}).ok());
  EXPECT_EQ(First().status, BatchStatus::kComplete);
  EXPECT_EQ(First().lease_expires, std::nullopt);
  EXPECT_EQ(*store_->LeaseBatch(kNow + 100 * kHour, kLease), std::nullopt);
  EXPECT_EQ(store_->CompleteBatch(batch, {}).code(), absl::StatusCode::kAborted);

  auto files = *store_->FilesOfBatch(batch.id);
  ASSERT_EQ(files.size(), 2U);
  const ExportFile& stored = files[files[0].name == file.name ? 0 : 1];
  EXPECT_EQ(stored.batch_id, batch.id);
  EXPECT_EQ(stored.config_id, config_);
  EXPECT_EQ(stored.bucket, "exports");
  EXPECT_EQ(stored.window, file.window);
  EXPECT_EQ(stored.region, "DE");
  EXPECT_EQ(stored.file_count, 2);
  EXPECT_EQ(stored.key_count, file.key_count);
  EXPECT_EQ(stored.size_bytes, file.size_bytes);
  EXPECT_EQ(stored.status, FileStatus::kComplete);
}

TEST_P(BatchesTest, AFileThatIsRecordedAlreadyLeavesTheBatchUnfinished) {
  const ExportBatch first = LeaseFirst();
  ASSERT_TRUE(store_->CompleteBatch(first, {FileOf(first, "a")}).ok());
  ASSERT_TRUE(Create(Hour(0).end, {Hour(1)}).ok());
  const ExportBatch second = **store_->LeaseBatch(kNow + kHour, kLease);
  const Status status = store_->CompleteBatch(second, {FileOf(second, "b"), FileOf(second, "a")});
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(store_->Batches(config_, Hour(0).end)->at(0).status, BatchStatus::kPending);
  EXPECT_TRUE(store_->FilesOfBatch(second.id)->empty());
}

TEST_P(BatchesTest, TwoBucketsMayHoldFilesOfTheSameName) {
  const ExportBatch batch = LeaseFirst();
  ExportFile elsewhere = FileOf(batch, "a");
  elsewhere.bucket = "elsewhere";
  EXPECT_TRUE(store_->CompleteBatch(batch, {FileOf(batch, "a"), elsewhere}).ok());
  EXPECT_EQ(store_->FilesOfBatch(batch.id)->size(), 2U);
}

}  // namespace
}  // namespace enks::store
