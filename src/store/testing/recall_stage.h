#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "store/runs/testing/uploads.h"
#include "store/testing/store_contract.h"

namespace enks::store::testing {

// The stage for tests of recalls: uploads of authorities, windows that are closed, recalls.
class RecallStage : public StoreContractTest {
 protected:
  using Keys = std::map<exposure::KeyData, ExportedKey>;

  // Every time there is; and when the recall's revisions are released, unless something moves them.
  static constexpr exposure::Window kAlways{UnixTime::min(), UnixTime::max()};
  static constexpr UnixTime kRecalled = runs::testing::kRelease + 5 * runs::testing::kHour;

  KeyUpload NewUpload(std::size_t count = 3, UnixTime release_at = runs::testing::kRelease) {
    return runs::testing::MakeUpload(random_, count, release_at);
  }
  KeyUpload NewUpload(std::string key_version, std::int64_t authority = 1) {
    KeyUpload upload = NewUpload();
    upload.origin.certificate_key_version = std::move(key_version);
    upload.origin.health_authority_id = authority;
    return upload;
  }
  void Publish(const KeyUpload& upload) {
    const auto outcome = store_->StoreUploadAndWait(upload);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    ASSERT_EQ(outcome->refusal, exposure::Refusal::kNone);
    ASSERT_EQ(outcome->inserted + outcome->revised, static_cast<int>(upload.keys.size()));
  }

  // Closes every window up to `end`, as an export that leases a batch does.
  ExportBatch CloseWindowsUntil(UnixTime end) {
    ExportConfig config;
    config.bucket = "bucket";
    config.filename_root = "root" + std::to_string(++configs_);
    config.output_region = "US";
    config.from = runs::testing::kRelease;
    const auto id = store_->AddExportConfig(config);
    EXPECT_TRUE(id.ok()) << id.status();
    EXPECT_TRUE(store_->CreateBatches(*id, std::nullopt, {{runs::testing::kRelease, end}}).ok());
    const auto batch = store_->LeaseBatch(end + runs::testing::kHour, std::chrono::seconds(60));
    EXPECT_TRUE(batch.ok() && batch->has_value()) << batch.status();
    return **batch;
  }

  Keys Read(KeyPass pass, exposure::Window window = kAlways) {
    Keys keys;
    EXPECT_EQ(store_->ForEachKey(window, pass, {},
                                 [&](const ExportedKey& key) -> Status {
                                   EXPECT_TRUE(keys.emplace(key.key, key).second)
                                       << "a key comes twice in one pass";
                                   return absl::OkStatus();
                                 }),
              absl::OkStatus());
    return keys;
  }

  static RecallSelection OfAuthority(std::int64_t id, std::string key_version = "") {
    RecallSelection selection;
    selection.health_authority_id = id;
    selection.certificate_key_version = std::move(key_version);
    return selection;
  }

  Recall Begin(const RecallSelection& selection) {
    Recall recall;
    recall.operator_name = "ada";
    recall.reason = "stolen key";
    recall.selection = selection;
    recall.started_at = kRecalled;
    const auto id = store_->AddRecall(recall);
    EXPECT_TRUE(id.ok()) << id.status();
    recall.id = *id;
    return recall;
  }
  RecallCounts CarryOut(const RecallSelection& selection) {
    const Recall recall = Begin(selection);
    EXPECT_EQ(store_->CarryOutRecall(recall, kRecalled, nullptr), absl::OkStatus());
    EXPECT_EQ(store_->FinishRecall(recall.id, kRecalled), absl::OkStatus());
    return store_->Recalls()->front().counts;
  }

  void ExpectRevoked(const Keys& revised, const KeyUpload& upload) {
    for (const auto& key : upload.keys) {
      const auto found = revised.find(key.key);
      ASSERT_NE(found, revised.end());
      EXPECT_EQ(found->second.report_type, exposure::ReportType::kNegative);
      EXPECT_EQ(found->second.transmission_risk, 6);
      EXPECT_EQ(found->second.rolling_start, key.rolling_start);
      EXPECT_EQ(found->second.days_since_onset, key.days_since_onset);
      EXPECT_EQ(found->second.release_at, kRecalled);
    }
  }

  base::SeededRandom random_{11};
  int configs_ = 0;
};

}  // namespace enks::store::testing
