#include <string>

#include "store/object_name.h"
#include "store/testing/sample_records.h"
#include "store/testing/store_contract.h"

// store.h on signature infos and export configurations.
namespace enks::store {
namespace {

using std::chrono::seconds;
using testing::SampleExportConfig;
using testing::SampleSignatureInfo;

class ExportConfigsTest : public testing::StoreContractTest {
 protected:
  void ExpectRefused(const ExportConfig& config) {
    EXPECT_EQ(store_->AddExportConfig(config).status().code(), absl::StatusCode::kInvalidArgument);
  }
  void ExpectAccepted(const ExportConfig& config) {
    const auto id = store_->AddExportConfig(config);
    ASSERT_TRUE(id.ok()) << id.status();
    EXPECT_TRUE(store_->RemoveExportConfig(*id).ok());
  }
};
INSTANTIATE_ON_BOTH_ENGINES(ExportConfigsTest);

TEST_P(ExportConfigsTest, ASignatureInfoComesBackAndCanBeChangedAndRemoved) {
  SignatureInfo info = SampleSignatureInfo();
  info.thru = info.from + seconds(1);
  info.id = *store_->AddSignatureInfo(info);
  info.key_version = "v2";
  ASSERT_TRUE(store_->UpdateSignatureInfo(info).ok());
  const auto infos = *store_->SignatureInfos();
  ASSERT_EQ(infos.size(), 1U);
  EXPECT_EQ(infos[0].id, info.id);
  EXPECT_EQ(infos[0].signing_key, info.signing_key);
  EXPECT_EQ(infos[0].key_id, "262");
  EXPECT_EQ(infos[0].key_version, "v2");
  EXPECT_EQ(infos[0].from, info.from);
  EXPECT_EQ(infos[0].thru, info.thru);
  ASSERT_TRUE(store_->RemoveSignatureInfo(info.id).ok());
  EXPECT_EQ(store_->RemoveSignatureInfo(info.id).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->UpdateSignatureInfo(info).code(), absl::StatusCode::kNotFound);
}

TEST_P(ExportConfigsTest, ASignatureInfoNeedsAllItsNamesAndAnEndAfterItsStart) {
  for (std::string SignatureInfo::*field :
       {&SignatureInfo::signing_key, &SignatureInfo::key_id, &SignatureInfo::key_version}) {
    SignatureInfo info = SampleSignatureInfo();
    info.*field = "";
    EXPECT_EQ(store_->AddSignatureInfo(info).status().code(), absl::StatusCode::kInvalidArgument);
  }
  SignatureInfo info = SampleSignatureInfo();
  info.thru = info.from;
  EXPECT_EQ(store_->AddSignatureInfo(info).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_P(ExportConfigsTest, ASignatureInfoThatAConfigurationOrAnOpenBatchNamesStays) {
  const std::int64_t info = *store_->AddSignatureInfo(SampleSignatureInfo());
  ExportConfig config = SampleExportConfig();
  config.signature_info_ids = {info};
  config.id = *store_->AddExportConfig(config);
  EXPECT_EQ(store_->RemoveSignatureInfo(info).code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(
      store_->CreateBatches(config.id, std::nullopt, {{kStart, kStart + seconds(60)}}).ok());
  config.signature_info_ids.clear();
  ASSERT_TRUE(store_->UpdateExportConfig(config).ok());
  EXPECT_EQ(store_->RemoveSignatureInfo(info).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(store_->SignatureInfos()->size(), 1U);

  const auto batch = *store_->LeaseBatch(kStart + seconds(61), seconds(60));
  ASSERT_TRUE(store_->CompleteBatch(*batch, {}).ok());
  EXPECT_TRUE(store_->RemoveSignatureInfo(info).ok());
}

TEST_P(ExportConfigsTest, AConfigurationComesBackWithNormalRegionsAndSortedSignatures) {
  const std::int64_t first = *store_->AddSignatureInfo(SampleSignatureInfo());
  const std::int64_t second = *store_->AddSignatureInfo(SampleSignatureInfo());
  ExportConfig config = SampleExportConfig();
  config.period = seconds(3600);
  config.output_region = " de ";
  config.input_regions = {"fr", "DE"};
  config.exclude_regions = {"us"};
  config.include_travelers = true;
  config.thru = config.from + seconds(1);
  config.signature_info_ids = {second, first, second};
  config.max_records_override = 1;
  const std::int64_t id = *store_->AddExportConfig(config);

  const auto configs = *store_->ExportConfigs();
  ASSERT_EQ(configs.size(), 1U);
  EXPECT_EQ(configs[0].id, id);
  EXPECT_EQ(configs[0].bucket, "exports");
  EXPECT_EQ(configs[0].filename_root, "de");
  EXPECT_EQ(configs[0].period, seconds(3600));
  EXPECT_EQ(configs[0].output_region, "DE");
  EXPECT_EQ(configs[0].input_regions, (std::vector<std::string>{"DE", "FR"}));
  EXPECT_EQ(configs[0].exclude_regions, std::vector<std::string>{"US"});
  EXPECT_TRUE(configs[0].include_travelers);
  EXPECT_FALSE(configs[0].only_non_travelers);
  EXPECT_EQ(configs[0].from, config.from);
  EXPECT_EQ(configs[0].thru, config.thru);
  EXPECT_EQ(configs[0].signature_info_ids, (std::vector{first, second}));
  EXPECT_EQ(configs[0].max_records_override, 1);
}

TEST_P(ExportConfigsTest, ChangesOfAConfigurationAreKeptAndAnUnknownOneIsNotFound) {
  ExportConfig config = SampleExportConfig();
  config.id = *store_->AddExportConfig(config);
  config.period = seconds(60);
  config.thru = kStart + seconds(5);
  ASSERT_TRUE(store_->UpdateExportConfig(config).ok());
  EXPECT_EQ(store_->ExportConfigs()->at(0).period, seconds(60));
  EXPECT_EQ(store_->ExportConfigs()->at(0).thru, config.thru);
  config.thru.reset();
  ASSERT_TRUE(store_->UpdateExportConfig(config).ok());
  EXPECT_EQ(store_->ExportConfigs()->at(0).thru, std::nullopt);
  config.id = 99;
  EXPECT_EQ(store_->UpdateExportConfig(config).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->RemoveExportConfig(99).code(), absl::StatusCode::kNotFound);
}

TEST_P(ExportConfigsTest, TwoConfigurationsCannotWriteToTheSamePlace) {
  ASSERT_TRUE(store_->AddExportConfig(SampleExportConfig()).ok());
  ExportConfig other = SampleExportConfig();
  other.filename_root = "DE";
  other.bucket = "Exports";
  EXPECT_EQ(store_->AddExportConfig(other).status().code(), absl::StatusCode::kAlreadyExists);
  other.bucket = "elsewhere";
  other.id = *store_->AddExportConfig(other);
  other.bucket = "EXPORTS";
  EXPECT_EQ(store_->UpdateExportConfig(other).code(), absl::StatusCode::kAlreadyExists);
}

TEST_P(ExportConfigsTest, APeriodThatDoesNotDivideADayIsRefused) {
  ExportConfig config = SampleExportConfig();
  for (const seconds period : {seconds(0), seconds(7), seconds(86401), seconds(2 * 86400)}) {
    config.period = period;
    ExpectRefused(config);
  }
  for (const seconds period : {seconds(1), seconds(86400)}) {
    config.period = period;
    ExpectAccepted(config);
  }
}

TEST_P(ExportConfigsTest, ContradictionsAndFieldsWithoutMeaningAreRefused) {
  ExportConfig config = SampleExportConfig();
  config.include_travelers = config.only_non_travelers = true;
  ExpectRefused(config);
  config = SampleExportConfig();
  config.thru = config.from;
  ExpectRefused(config);
  config = SampleExportConfig();
  config.output_region = "";
  ExpectRefused(config);
  config = SampleExportConfig();
  config.input_regions = {"\x01"};
  ExpectRefused(config);
}

TEST_P(ExportConfigsTest, ABucketOrRootThatNoFileCanHaveIsRefused) {
  const std::string long_name(201, 'a');
  for (const std::string& path :
       {std::string(), std::string("/"), std::string("/etc"), std::string(".."),
        std::string("a/../b"), std::string("a//b"), std::string("a/"), std::string("./a"),
        std::string("a\nb"), std::string(".a"), std::string("a/.b"), std::string("a\\b"), long_name,
        "a/" + long_name}) {
    ExportConfig config = SampleExportConfig();
    config.bucket = path;
    ExpectRefused(config);
    config = SampleExportConfig();
    config.filename_root = path;
    ExpectRefused(config);
  }
  ExportConfig config = SampleExportConfig();
  config.bucket = "a/b";
  ExpectRefused(config);
  EXPECT_NE(MessageOf(store_->AddExportConfig(config).status()).find("200 bytes without slash"),
            std::string_view::npos)
      << "the text says what is allowed";
}

TEST_P(ExportConfigsTest, TheLongestBucketAndRootAreAccepted) {
  const std::string longest(kNameSegmentBytesMax, 'a');
  ExportConfig config = SampleExportConfig();
  config.bucket = longest;
  config.filename_root = longest + "/b..c/" + longest;
  ExpectAccepted(config);
  std::string root = longest;
  while (root.size() + 1 + longest.size() <= kFilenameRootBytesMax) root += "/" + longest;
  root += "/" + std::string(kFilenameRootBytesMax - root.size() - 1, 'b');
  config.filename_root = root;
  ExpectAccepted(config);
  config.filename_root = root + "b";
  ExpectRefused(config);
}

TEST_P(ExportConfigsTest, AFileHoldsAtLeastOneKeyAndNoMoreThanPhonesAccept) {
  ExportConfig config = SampleExportConfig();
  for (const std::int64_t records : {std::int64_t{0}, std::int64_t{-1}, kFileRecordsMax + 1}) {
    config.max_records_override = records;
    ExpectRefused(config);
  }
  for (const std::int64_t records : {std::int64_t{1}, kFileRecordsMax}) {
    config.max_records_override = records;
    ExpectAccepted(config);
  }
}

TEST_P(ExportConfigsTest, APlaceBelongsToTheConfigurationThatExportedThereFirst) {
  ExportConfig first = SampleExportConfig();
  first.id = *store_->AddExportConfig(first);
  ExportConfig mover = SampleExportConfig();
  mover.filename_root = "mover";
  mover.id = *store_->AddExportConfig(mover);
  ASSERT_TRUE(store_->CreateBatches(first.id, std::nullopt, {{kStart, kStart + seconds(60)}}).ok());
  first.filename_root = "moved";
  ASSERT_TRUE(store_->UpdateExportConfig(first).ok());

  ExportConfig second = SampleExportConfig();
  second.filename_root = "DE";
  const Status added = store_->AddExportConfig(second).status();
  EXPECT_EQ(added.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_NE(MessageOf(added).find("choose another filename root"), std::string_view::npos);
  EXPECT_EQ(store_->ExportConfigs()->size(), 2U);
  mover.filename_root = "de";
  mover.bucket = "EXPORTS";
  EXPECT_EQ(store_->UpdateExportConfig(mover).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(store_->ExportConfigs()->at(1).filename_root, "mover");

  // Its own place is free to come back to, and another bucket is another place.
  first.filename_root = "de";
  EXPECT_TRUE(store_->UpdateExportConfig(first).ok());
  second.bucket = "elsewhere";
  EXPECT_TRUE(store_->AddExportConfig(second).ok());
}

TEST_P(ExportConfigsTest, APlaceWhereNothingWasExportedIsFreeAgain) {
  ExportConfig first = SampleExportConfig();
  first.id = *store_->AddExportConfig(first);
  first.filename_root = "moved";
  ASSERT_TRUE(store_->UpdateExportConfig(first).ok());
  EXPECT_TRUE(store_->AddExportConfig(SampleExportConfig()).ok());
}

TEST_P(ExportConfigsTest, TenSignaturesAreTheMostAndEachMustExist) {
  ExportConfig config = SampleExportConfig();
  for (std::size_t i = 0; i < kSignaturesMax; ++i) {
    config.signature_info_ids.push_back(*store_->AddSignatureInfo(SampleSignatureInfo()));
  }
  ExpectAccepted(config);
  config.signature_info_ids.push_back(*store_->AddSignatureInfo(SampleSignatureInfo()));
  ExpectRefused(config);
  config.signature_info_ids = {12345};
  ExpectRefused(config);
}

TEST_P(ExportConfigsTest, AConfigurationWithBatchesStays) {
  const std::int64_t id = *store_->AddExportConfig(SampleExportConfig());
  ASSERT_TRUE(store_->CreateBatches(id, std::nullopt, {{kStart, kStart + seconds(60)}}).ok());
  EXPECT_EQ(store_->RemoveExportConfig(id).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(store_->ExportConfigs()->size(), 1U);
}

TEST(ExportConfigTest, WithoutInputRegionsTheOutputRegionIsSelected) {
  ExportConfig config = SampleExportConfig();
  config.exclude_regions = {"FR"};
  config.only_non_travelers = true;
  EXPECT_EQ(config.Selection().include_regions, std::vector<std::string>{"DE"});
  EXPECT_EQ(config.Selection().exclude_regions, config.exclude_regions);
  EXPECT_TRUE(config.Selection().only_non_travelers);
  EXPECT_FALSE(config.Selection().include_travelers);
  config.input_regions = {"US"};
  EXPECT_EQ(config.Selection().include_regions, config.input_regions);
}

}  // namespace
}  // namespace enks::store
