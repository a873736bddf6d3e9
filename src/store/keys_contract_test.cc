#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/virtual_clock.h"
#include "store/open.h"
#include "store/runs/testing/uploads.h"
#include "store/testing/scratch_database.h"

// What store.h promises of keys, on both engines.
namespace enks::store {
namespace {

using exposure::KeyData;
using exposure::KeySelection;
using exposure::Refusal;
using exposure::ReportType;
using exposure::Window;
using runs::testing::kHour;
using runs::testing::kRelease;
using runs::testing::MakeUpload;
using runs::testing::RevisionOf;
using Engine = StoreLocation::Engine;

class KeysContractTest : public ::testing::TestWithParam<Engine> {
 protected:
  KeysContractTest() : scratch_(GetParam()), store_(Open()) {}

  std::unique_ptr<Store> Open() {
    auto store = OpenStore(scratch_.location(), {}, clock_, log_);
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }

  KeyUpload NewUpload(std::size_t count = 3, UnixTime release_at = kRelease) {
    return MakeUpload(random_, count, release_at);
  }

  KeyUpload NewUpload(std::vector<std::string> regions, bool traveler) {
    KeyUpload upload = NewUpload();
    upload.origin.regions = std::move(regions);
    upload.origin.traveler = traveler;
    return upload;
  }

  std::map<KeyData, ExportedKey> Read(Window window, KeyPass pass = KeyPass::kPrimary,
                                      const KeySelection& selection = {}) {
    std::map<KeyData, ExportedKey> keys;
    EXPECT_EQ(store_->ForEachKey(window, pass, selection,
                                 [&](const ExportedKey& key) -> Status {
                                   EXPECT_TRUE(keys.emplace(key.key, key).second);
                                   return absl::OkStatus();
                                 }),
              absl::OkStatus());
    return keys;
  }

  bool Holds(const std::map<KeyData, ExportedKey>& keys, const KeyUpload& upload) {
    std::size_t found = 0;
    for (const auto& key : upload.keys) found += keys.contains(key.key) ? 1U : 0U;
    EXPECT_TRUE(found == 0 || found == upload.keys.size());
    return found > 0;
  }

  // A batch of the hour after kRelease whose window was closed by leasing it.
  ExportBatch LeaseHour() {
    ExportConfig config;
    config.bucket = "bucket";
    config.filename_root = "root";
    config.period = kHour;
    config.output_region = "US";
    config.from = kRelease;
    const auto id = store_->AddExportConfig(config);
    EXPECT_TRUE(id.ok()) << id.status();
    EXPECT_TRUE(store_->CreateBatches(*id, std::nullopt, {hour_}).ok());
    const auto batch = store_->LeaseBatch(kRelease + 2 * kHour, std::chrono::seconds(60));
    EXPECT_TRUE(batch.ok() && batch->has_value()) << batch.status();
    return **batch;
  }

  const Window hour_{kRelease, kRelease + kHour};
  testing::ScratchDatabase scratch_;
  base::VirtualClock clock_{kRelease};
  base::MemoryLog log_;
  base::SeededRandom random_{1};
  std::unique_ptr<Store> store_;  // last: it uses the others
};

INSTANTIATE_TEST_SUITE_P(Engines, KeysContractTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& engine) { return testing::EngineName(engine.param); });

TEST_P(KeysContractTest, AnUploadIsReadBackWithItsValues) {
  const KeyUpload upload = NewUpload();
  const auto outcome = store_->StoreUploadAndWait(upload);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->refusal, Refusal::kNone);
  EXPECT_EQ(outcome->inserted, 3);
  EXPECT_EQ(outcome->token_entries.size(), 3U);
  const auto keys = Read(hour_);
  ASSERT_EQ(keys.size(), 3U);
  for (const auto& key : upload.keys) {
    const ExportedKey& stored = keys.at(key.key);
    EXPECT_EQ(stored.rolling_start, key.rolling_start);
    EXPECT_EQ(stored.rolling_period, key.rolling_period);
    EXPECT_EQ(stored.transmission_risk, key.transmission_risk);
    EXPECT_EQ(stored.report_type, key.report_type);
    EXPECT_EQ(stored.days_since_onset, key.days_since_onset);
  }
}

TEST_P(KeysContractTest, AWindowHoldsItsFirstSecondAndNotItsEnd) {
  const KeyUpload before = NewUpload(1, kRelease - std::chrono::seconds(1));
  const KeyUpload first = NewUpload(1, kRelease);
  const KeyUpload last = NewUpload(1, kRelease + kHour - std::chrono::seconds(1));
  const KeyUpload after = NewUpload(1, kRelease + kHour);
  for (const auto& upload : {before, first, last, after}) {
    ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  }
  const auto keys = Read(hour_);
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_TRUE(Holds(keys, first));
  EXPECT_TRUE(Holds(keys, last));
  EXPECT_EQ(*store_->CountKeys(), 4);
}

TEST_P(KeysContractTest, ASelectionFiltersByRegionAndTraveler) {
  const KeyUpload here = NewUpload({"US"}, false);
  const KeyUpload both = NewUpload({"CA", "US"}, false);
  const KeyUpload there = NewUpload({"CA"}, false);
  const KeyUpload traveler = NewUpload({"CA"}, true);
  for (const auto& upload : {here, both, there, traveler}) {
    ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  }
  KeySelection selection;
  selection.include_regions = {"US"};
  auto keys = Read(hour_, KeyPass::kPrimary, selection);
  EXPECT_TRUE(Holds(keys, here) && Holds(keys, both));
  EXPECT_FALSE(Holds(keys, there) || Holds(keys, traveler));

  selection.include_travelers = true;
  keys = Read(hour_, KeyPass::kPrimary, selection);
  EXPECT_TRUE(Holds(keys, here) && Holds(keys, both) && Holds(keys, traveler));
  EXPECT_FALSE(Holds(keys, there));

  selection = {};
  selection.exclude_regions = {"CA"};
  keys = Read(hour_, KeyPass::kPrimary, selection);
  EXPECT_TRUE(Holds(keys, here));
  EXPECT_FALSE(Holds(keys, both) || Holds(keys, there) || Holds(keys, traveler));
}

TEST_P(KeysContractTest, AReaderIsToldTheOriginAndTheReleaseTimeOfEachKey) {
  const KeyUpload here = NewUpload({"CA", "US"}, false);
  const KeyUpload traveler = NewUpload({"CA"}, true);
  for (const auto& upload : {here, traveler}) {
    ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  }
  const Status read = store_->ForEachKey(hour_, KeyPass::kPrimary, {}, [&](const ExportedKey& key) {
    const bool is_here =
        key.key == here.keys[0].key || key.key == here.keys[1].key || key.key == here.keys[2].key;
    EXPECT_EQ(*key.origin, is_here ? here.origin : traveler.origin);
    EXPECT_EQ(key.release_at, kRelease);
    return absl::OkStatus();
  });
  EXPECT_EQ(read, absl::OkStatus());
}

TEST_P(KeysContractTest, ReadingStopsAtTheFirstFailureOfTheVisitorAndCanBeRepeated) {
  ASSERT_TRUE(store_->StoreUploadAndWait(NewUpload()).ok());
  int visits = 0;
  const Status status = store_->ForEachKey(hour_, KeyPass::kPrimary, {}, [&](const ExportedKey&) {
    ++visits;
    return absl::CancelledError("enough");
  });
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_EQ(visits, 1);
  EXPECT_EQ(Read(hour_).size(), 3U);
}

TEST_P(KeysContractTest, AReaderSeesOneSnapshotWhileUploadsGoOn) {
  ASSERT_TRUE(store_->StoreUploadAndWait(NewUpload()).ok());
  int visits = 0;
  ASSERT_TRUE(store_
                  ->ForEachKey(hour_, KeyPass::kPrimary, {},
                               [&](const ExportedKey&) -> Status {
                                 ++visits;
                                 return store_->StoreUploadAndWait(NewUpload(1)).status();
                               })
                  .ok());
  EXPECT_EQ(visits, 3);
  EXPECT_EQ(*store_->CountKeys(), 6);
}

TEST_P(KeysContractTest, ARevisionIsReadInTheRevisedPassAtItsOwnTime) {
  const KeyUpload upload = NewUpload();
  ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  KeyUpload revision = RevisionOf(upload, ReportType::kConfirmed);
  for (auto& key : revision.keys) {
    key.release_at = kRelease + kHour;
    key.transmission_risk = 8;
  }
  EXPECT_EQ(store_->StoreUploadAndWait(revision)->revised, 3);
  const Window next{kRelease + kHour, kRelease + 2 * kHour};
  EXPECT_TRUE(Read(hour_, KeyPass::kRevised).empty());
  EXPECT_TRUE(Read(next, KeyPass::kPrimary).empty());
  const auto revised = Read(next, KeyPass::kRevised);
  ASSERT_EQ(revised.size(), 3U);
  for (const auto& [key, values] : revised) {
    EXPECT_EQ(values.report_type, ReportType::kConfirmed);
    EXPECT_EQ(values.transmission_risk, 8);
  }
  for (const auto& [key, values] : Read(hour_)) EXPECT_EQ(values.report_type, ReportType::kLikely);
  EXPECT_EQ(*store_->CountKeys(), 3);
}

TEST_P(KeysContractTest, ARevisionReachesTheRegionsOfBothUploads) {
  const KeyUpload upload = NewUpload({"US"}, false);
  ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  KeyUpload revision = RevisionOf(upload, ReportType::kNegative);
  revision.origin.regions = {"CA"};
  revision.origin.traveler = true;
  ASSERT_EQ(store_->StoreUploadAndWait(revision)->revised, 3);
  for (const char* region : {"US", "CA"}) {
    KeySelection selection;
    selection.include_regions = {region};
    selection.only_non_travelers = true;
    EXPECT_EQ(Read(hour_, KeyPass::kRevised, selection).size(), 3U) << region;
  }
}

TEST_P(KeysContractTest, ExplainTellsTheWholeHistoryOfAKey) {
  const KeyUpload upload = NewUpload({"US"}, true);
  ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  const auto& key = upload.keys[1];
  auto history = store_->Explain(key.key);
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->rolling_start, key.rolling_start);
  EXPECT_EQ(history->rolling_period, key.rolling_period);
  EXPECT_EQ(history->transmission_risk, key.transmission_risk);
  EXPECT_EQ(history->report_type, ReportType::kLikely);
  EXPECT_EQ(history->days_since_onset, key.days_since_onset);
  EXPECT_EQ(history->release_at, kRelease);
  EXPECT_EQ(history->origin, upload.origin);
  EXPECT_FALSE(history->revision);

  KeyUpload revision = RevisionOf(upload, ReportType::kConfirmed);
  revision.origin.regions = {"CA"};
  revision.origin.certificate_key_version = "v2";
  for (auto& revised : revision.keys) revised.release_at = kRelease + kHour;
  ASSERT_TRUE(store_->StoreUploadAndWait(revision).ok());
  history = store_->Explain(key.key);
  ASSERT_TRUE(history.ok() && history->revision);
  EXPECT_EQ(history->report_type, ReportType::kLikely);
  EXPECT_EQ(history->revision->report_type, ReportType::kConfirmed);
  EXPECT_EQ(history->revision->release_at, kRelease + kHour);
  EXPECT_EQ(history->revision->origin.regions, (std::vector<std::string>{"CA", "US"}));
  EXPECT_EQ(history->revision->origin.certificate_key_version, "v2");
  EXPECT_TRUE(history->revision->origin.traveler);  // as first published
}

TEST_P(KeysContractTest, ExplainOfAKeyWhoseFirstPublicationIsGoneTellsTheRevision) {
  const KeyUpload upload = NewUpload(1);
  ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  KeyUpload revision = RevisionOf(upload, ReportType::kConfirmed);
  revision.keys[0].release_at = kRelease + kHour;
  ASSERT_TRUE(store_->StoreUploadAndWait(revision).ok());
  ASSERT_EQ(*store_->DeleteKeysBefore(kRelease + kHour), 1);
  const auto history = store_->Explain(upload.keys[0].key);
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->report_type, ReportType::kLikely);
  EXPECT_EQ(history->revision->report_type, ReportType::kConfirmed);
  ASSERT_EQ(*store_->DeleteKeysBefore(kRelease + 2 * kHour), 0);
  EXPECT_TRUE(absl::IsNotFound(store_->Explain(upload.keys[0].key).status()));
}

TEST_P(KeysContractTest, ExplainOfAnUnknownKeyIsNotFound) {
  ASSERT_TRUE(store_->StoreUploadAndWait(NewUpload()).ok());
  EXPECT_TRUE(absl::IsNotFound(store_->Explain(NewUpload(1).keys[0].key).status()));
}

TEST_P(KeysContractTest, ALeasedBatchClosesItsWindowForUploads) {
  const KeyUpload early = NewUpload(1);
  ASSERT_TRUE(store_->StoreUploadAndWait(early).ok());
  LeaseHour();
  const KeyUpload late = NewUpload(2);
  ASSERT_TRUE(store_->StoreUploadAndWait(late).ok());
  EXPECT_EQ(Read(hour_).size(), 1U);
  EXPECT_EQ(store_->Explain(late.keys[0].key)->release_at, hour_.end);
}

TEST_P(KeysContractTest, PaddingIsStoredOnceAndReadLikeKeysAndCounted) {
  ASSERT_TRUE(store_->StoreUploadAndWait(NewUpload(1)).ok());
  const ExportBatch batch = LeaseHour();
  Origin origin;
  origin.generated = true;
  origin.regions = {"US"};
  Origin travelers = origin;
  travelers.traveler = true;
  const KeyUpload padding = NewUpload(5);
  const KeyUpload more = NewUpload(2);
  const std::vector<PaddingKeys> parts = {{origin, padding.keys}, {travelers, more.keys}};
  ASSERT_TRUE(store_->AddPadding(batch, parts).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(store_->AddPadding(batch, parts)));
  EXPECT_EQ(Read(hour_).size(), 8U);
  EXPECT_EQ(*store_->CountKeys(), 8);
  EXPECT_EQ(store_->Explain(more.keys[0].key)->origin, travelers);
  EXPECT_EQ(store_->Explain(padding.keys[0].key)->origin, origin);
  EXPECT_EQ(store_->StoreUploadAndWait(padding)->refusal, Refusal::kMissingRevisionToken);
}

TEST_P(KeysContractTest, ARepeatedUploadGetsItsTokenUntilItsWindowIsClosed) {
  const KeyUpload upload = NewUpload();
  const auto first = store_->StoreUploadAndWait(upload);
  const auto again = store_->StoreUploadAndWait(upload);
  EXPECT_EQ(again->refusal, Refusal::kNone);
  EXPECT_EQ(again->inserted + again->revised, 0);
  EXPECT_EQ(again->token_entries, first->token_entries);
  EXPECT_EQ(*store_->CountKeys(), 3);
  LeaseHour();
  EXPECT_EQ(store_->StoreUploadAndWait(upload)->refusal, Refusal::kMissingRevisionToken);
}

TEST_P(KeysContractTest, ARepetitionByAnotherAppOrAuthorityNeedsAToken) {
  const KeyUpload upload = NewUpload();
  ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  KeyUpload other = upload;
  other.origin.app = "another.app";
  EXPECT_EQ(store_->StoreUploadAndWait(other)->refusal, Refusal::kMissingRevisionToken);
  other = upload;
  other.origin.health_authority_id = 77;
  EXPECT_EQ(store_->StoreUploadAndWait(other)->refusal, Refusal::kMissingRevisionToken);
  other = upload;
  other.origin.traveler = !other.origin.traveler;
  EXPECT_EQ(store_->StoreUploadAndWait(other)->refusal, Refusal::kMissingRevisionToken);
}

TEST_P(KeysContractTest, DeletionTakesWhatLiesBeforeTheCutoffAndNothingElse) {
  const KeyUpload old = NewUpload(2, kRelease);
  const KeyUpload kept = NewUpload(3, kRelease + kHour);
  for (const auto& upload : {old, kept}) ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  EXPECT_EQ(*store_->DeleteKeysBefore(kRelease + kHour), 2);
  EXPECT_EQ(*store_->CountKeys(), 3);
  EXPECT_EQ(*store_->DeleteKeysBefore(kRelease + kHour), 0);
  EXPECT_EQ(store_->StoreUploadAndWait(old)->inserted, 2);
}

TEST_P(KeysContractTest, WhatWasAnsweredIsThereAfterReopening) {
  const KeyUpload upload = NewUpload();
  ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  store_.reset();
  store_ = Open();
  EXPECT_EQ(Read(hour_).size(), 3U);
  EXPECT_EQ(store_->StoreUploadAndWait(upload)->inserted, 0);
}

TEST_P(KeysContractTest, ASecondStoreOnTheDatabaseSeesAndKeepsTheSameKeys) {
  const auto second = Open();
  const KeyUpload upload = NewUpload();
  ASSERT_TRUE(store_->StoreUploadAndWait(upload).ok());
  EXPECT_EQ(second->StoreUploadAndWait(upload)->inserted, 0);
  EXPECT_EQ(*second->CountKeys(), 3);
}

}  // namespace
}  // namespace enks::store
