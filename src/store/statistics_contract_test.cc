#include <future>
#include <thread>
#include <vector>

#include "base/random.h"
#include "store/runs/testing/uploads.h"
#include "store/testing/sample_records.h"
#include "store/testing/store_contract.h"

// store.h on what is counted for health authorities.
namespace enks::store {
namespace {

using exposure::HourCounts;
using exposure::Platform;
using exposure::ReportType;
using std::chrono::hours;
using std::chrono::minutes;

class StatisticsTest : public testing::StoreContractTest {
 protected:
  StatisticsTest() : authority_(*store_->AddHealthAuthority(testing::SampleAuthority())) {}

  KeyUpload Upload(UnixTime at = kStart, Platform platform = Platform::kAndroid) {
    KeyUpload upload = runs::testing::MakeUpload(random_, 3);
    upload.origin.health_authority_id = authority_;
    upload.facts = {.received_at = at, .platform = platform, .onset_days_ago = 4};
    for (exposure::AcceptedKey& key : upload.keys) {
      key.rolling_start = exposure::IntervalAt(exposure::UtcMidnight(at) - hours(48));
    }
    return upload;
  }
  void Store(KeyUpload upload) {
    const auto outcome = store_->StoreUploadAndWait(std::move(upload));
    EXPECT_TRUE(outcome.ok()) << outcome.status();
  }
  // What is counted in the one hour there is.
  HourCounts OnlyHour() {
    const auto all = store_->Statistics(authority_);
    EXPECT_EQ(all->size(), 1U);
    return all->size() == 1 ? all->front().counts : HourCounts();
  }

  base::SeededRandom random_{1};
  const std::int64_t authority_;
};
INSTANTIATE_ON_BOTH_ENGINES(StatisticsTest);

TEST_P(StatisticsTest, AnUploadIsCountedInItsHour) {
  Store(Upload(kStart + minutes(59)));
  const auto all = *store_->Statistics(authority_);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].start, kStart);
  HourCounts expected;
  expected.uploads = {0, 1, 0};
  expected.keys = 3;
  expected.key_ages[2] = 1;
  expected.onset_ages[4] = 1;
  EXPECT_EQ(all[0].counts, expected);
}

TEST_P(StatisticsTest, HoursAreKeptApartAndSorted) {
  Store(Upload(kStart + hours(1)));
  Store(Upload(kStart));
  Store(Upload(kStart + hours(1)));
  const auto all = *store_->Statistics(authority_);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].start, kStart);
  EXPECT_EQ(all[0].counts.AllUploads(), 1);
  EXPECT_EQ(all[1].counts.AllUploads(), 2);
}

TEST_P(StatisticsTest, AuthoritiesAreKeptApart) {
  Store(Upload());
  HealthAuthority other = testing::SampleAuthority();
  other.issuer += ".other";
  EXPECT_TRUE(store_->Statistics(*store_->AddHealthAuthority(other))->empty());
}

TEST_P(StatisticsTest, UploadsWithoutAnAuthorityAreNotCounted) {
  KeyUpload upload = Upload();
  upload.origin.health_authority_id.reset();
  Store(std::move(upload));
  EXPECT_TRUE(store_->Statistics(authority_)->empty());
}

TEST_P(StatisticsTest, AnUploadThatChangesNothingIsNotCountedASecondTime) {
  const KeyUpload upload = Upload();
  Store(upload);
  const HourCounts once = OnlyHour();
  KeyUpload again = runs::testing::RevisionOf(upload, upload.keys[0].report_type);
  Store(std::move(again));
  EXPECT_EQ(OnlyHour(), once);
}

TEST_P(StatisticsTest, ARefusedUploadIsNotCounted) {
  const KeyUpload upload = Upload();
  Store(upload);
  const HourCounts once = OnlyHour();
  Store(upload);  // without the token that stored keys need
  EXPECT_EQ(OnlyHour(), once);
}

TEST_P(StatisticsTest, ARevisionCountsAsSuch) {
  const KeyUpload upload = Upload();
  Store(upload);
  Store(runs::testing::RevisionOf(upload, ReportType::kConfirmed));
  const HourCounts counts = OnlyHour();
  EXPECT_EQ(counts.AllUploads(), 2);
  EXPECT_EQ(counts.uploads_with_revisions, 1);
  EXPECT_EQ(counts.keys, 6);
  EXPECT_EQ(counts.key_ages[2], 1);
}

TEST_P(StatisticsTest, NothingIsLostWhenManyCountAtOnceInSeveralProcesses) {
  constexpr int kThreads = 4;
  constexpr int kUploads = 25;
  const auto second_process = Open();
  std::vector<std::vector<KeyUpload>> work(kThreads);
  for (auto& uploads : work) {
    for (int i = 0; i < kUploads; ++i) uploads.push_back(Upload());
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < work.size(); ++i) {
    threads.emplace_back([&, i] {
      ::enks::store::Store& store = i % 2 == 0 ? *store_ : *second_process;
      for (KeyUpload& upload : work[i]) {
        EXPECT_TRUE(store.StoreUploadAndWait(std::move(upload)).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(OnlyHour().AllUploads(), kThreads * kUploads);
  EXPECT_EQ(OnlyHour().keys, kThreads * kUploads * 3);
}

TEST_P(StatisticsTest, HoursBeforeACutoffGo) {
  Store(Upload(kStart));
  Store(Upload(kStart + hours(1)));
  EXPECT_EQ(*store_->DeleteStatisticsBefore(kStart + hours(1)), 1);
  EXPECT_EQ(store_->Statistics(authority_)->front().start, kStart + hours(1));
}

TEST_P(StatisticsTest, StatisticsGoWithTheirAuthority) {
  Store(Upload());
  ASSERT_TRUE(store_->RemoveHealthAuthority(authority_).ok());
  EXPECT_TRUE(store_->Statistics(authority_)->empty());
  Store(Upload());  // it was on its way: stored, and counted for nobody
  EXPECT_TRUE(store_->Statistics(authority_)->empty());
}

}  // namespace
}  // namespace enks::store
