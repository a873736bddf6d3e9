#include "exports/export_job.h"

#include <gtest/gtest.h>

#include <set>

#include "exports/testing/faulty_file_store.h"
#include "exports/testing/run_job.h"
#include "exports/testing/world.h"

namespace enks::exports {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::kStart;
using testing::RunBoth;
using testing::SmallOptions;
using testing::World;

exportfile::ExportFileContent OnlyFile(World& world, const store::ExportConfig& config) {
  const auto index = world.Index(config);
  EXPECT_EQ(index.size(), 1u);
  return world.ReadObject(config, index.at(0));
}

TEST(ExportJob, AWindowBecomesOnePaddedSignedFileInTheIndex) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  ExportJob job = world.Job(SmallOptions());
  ASSERT_EQ(job.CreateBatches()->batches_created, 1);
  const auto run = job.DoWork();
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->batches, 1);
  EXPECT_EQ(run->files, 1);
  EXPECT_GE(run->keys, 40);
  EXPECT_LE(run->keys, 50);

  EXPECT_EQ(world.Index(config), std::vector<std::string>{"root/1700006400-1700010000-00001.zip"});
  const auto content = OnlyFile(world, config);
  EXPECT_EQ(content.header.start, kStart);
  EXPECT_EQ(content.header.end, kStart + hours(1));
  EXPECT_EQ(content.header.region, "US");
  EXPECT_EQ(content.header.batch_num, 1);
  EXPECT_EQ(content.header.batch_size, 1);
  EXPECT_EQ(static_cast<std::int64_t>(content.keys.size()), run->keys);
  EXPECT_TRUE(content.revised_keys.empty());
  EXPECT_TRUE(std::is_sorted(content.keys.begin(), content.keys.end(),
                             [](const auto& a, const auto& b) { return a.key < b.key; }));
  world.ExpectConsistent(config);
}

TEST(ExportJob, AWindowIsLeftAloneUntilItIsOldEnough) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  ExportJob job = world.Job(SmallOptions());
  world.clock.Set(kStart + hours(2));
  RunBoth(job);  // the first batch: 23:00 to 00:00, empty
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3) - seconds(1));
  EXPECT_EQ(job.CreateBatches()->batches_created, 0);
  world.clock.Set(kStart + hours(3));
  EXPECT_EQ(job.CreateBatches()->batches_created, 1);
}

TEST(ExportJob, AnEmptyWindowMakesNoFileButAnIndex) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  world.clock.Set(kStart + hours(3));
  RunBoth(world.Job(SmallOptions()));
  EXPECT_TRUE(world.Objects(config).empty());
  const auto index = world.objects->Read("bucket", "root/index.txt");
  ASSERT_TRUE(index.ok()) << index.status();
  EXPECT_TRUE(index->empty());
  world.ExpectConsistent(config);
}

TEST(ExportJob, RevisedKeysCarryTheirRevisedValues) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  const auto upload = world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  RunBoth(world.Job(SmallOptions()));
  world.Revise(upload, exposure::ReportType::kConfirmed, kStart + hours(3));
  world.clock.Set(kStart + hours(6));
  RunBoth(world.Job(SmallOptions()));

  const auto index = world.Index(config);
  ASSERT_EQ(index.size(), 2u);
  const auto first = world.ReadObject(config, index[0]);
  const auto second = world.ReadObject(config, index[1]);
  ASSERT_EQ(second.revised_keys.size(), 14u);
  for (const auto& key : second.revised_keys) {
    EXPECT_EQ(key.report_type, exportfile::WireReportType::kConfirmedTest);
    EXPECT_EQ(key.transmission_risk, 2);
  }
  std::set<exposure::KeyData> before;
  for (const auto& key : first.keys) {
    EXPECT_EQ(key.report_type, exportfile::WireReportType::kConfirmedClinicalDiagnosis);
    EXPECT_EQ(key.transmission_risk, 4);
    before.insert(key.key);
  }
  for (const auto& key : second.revised_keys) EXPECT_TRUE(before.contains(key.key));
  // A window of revisions alone must not show that nobody was newly diagnosed.
  EXPECT_GE(second.keys.size(), 40u);
  for (const auto& key : second.keys) EXPECT_FALSE(before.contains(key.key));
}

TEST(ExportJob, AKeyPublishedAndRevisedInOneWindowIsInBothLists) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  const auto upload = world.Publish(3, kStart);
  world.Revise(upload, exposure::ReportType::kNegative, kStart);
  world.clock.Set(kStart + hours(3));
  RunBoth(world.Job(SmallOptions()));
  const auto content = OnlyFile(world, config);
  ASSERT_EQ(content.revised_keys.size(), 3u);
  EXPECT_EQ(content.revised_keys[0].report_type, exportfile::WireReportType::kRevoked);
  world.ExpectConsistent(config);
}

TEST(ExportJob, LargeWindowsAreSplitIntoFullFilesWithDistinctEnds) {
  for (const std::size_t keys : {19, 20, 21, 40}) {
    World world;
    auto config = world.Config("root");
    config.max_records_override = 20;
    config = world.AddConfig(config);
    world.Publish(keys, kStart);
    world.clock.Set(kStart + hours(3));
    ExportOptions options = SmallOptions();
    options.file_min_records = 0;
    RunBoth(world.Job(options));
    const auto index = world.Index(config);
    ASSERT_EQ(index.size(), (keys + 19) / 20) << keys;
    std::size_t total = 0;
    for (std::size_t n = 0; n < index.size(); ++n) {
      const auto content = world.ReadObject(config, index[n]);
      const seconds offset(index.size() > 1 ? n + 1 : 0);
      EXPECT_EQ(content.header.end, kStart + hours(1) + offset);
      EXPECT_TRUE(content.keys.size() == 20 || n + 1 == index.size());
      total += content.keys.size();
    }
    EXPECT_EQ(total, keys);
    world.ExpectConsistent(config);
  }
}

TEST(ExportJob, AFileAtTheBoundaryHoldsBothKindsOfKeys) {
  World world;
  auto config = world.Config("root");
  config.max_records_override = 10;
  config = world.AddConfig(config);
  const auto upload = world.Publish(14, kStart);
  world.Revise(upload, exposure::ReportType::kConfirmed, kStart);
  world.clock.Set(kStart + hours(3));
  ExportOptions options = SmallOptions();
  options.file_min_records = 0;
  RunBoth(world.Job(options));
  const auto index = world.Index(config);
  ASSERT_EQ(index.size(), 3u);
  const auto middle = world.ReadObject(config, index[1]);
  EXPECT_EQ(middle.keys.size(), 4u);
  EXPECT_EQ(middle.revised_keys.size(), 6u);
  EXPECT_EQ(world.ReadObject(config, index[2]).revised_keys.size(), 8u);
}

TEST(ExportJob, PaddingIsStoredSoThatAnOverlappingExportRepeatsIt) {
  World world;
  const auto hourly = world.AddConfig(world.Config("hourly"));
  auto config = world.Config("second");
  config.signature_info_ids = {1};
  const auto second = world.AddConfig(config);
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  RunBoth(world.Job(SmallOptions()));
  EXPECT_EQ(OnlyFile(world, hourly).keys, OnlyFile(world, second).keys);
  EXPECT_EQ(*world.store->CountKeys(),
            static_cast<std::int64_t>(OnlyFile(world, hourly).keys.size()));
}

TEST(ExportJob, OnlyTheRegionsAConfigurationSelectsAreExported) {
  World world;
  const auto us = world.AddConfig(world.Config("us"));
  auto config = world.Config("ca");
  config.output_region = "CA";
  const auto ca = world.AddConfig(config);
  world.Publish(14, kStart, "US");
  world.Publish(7, kStart, "CA");
  world.Publish(7, kStart, "MX");
  world.clock.Set(kStart + hours(3));
  RunBoth(world.Job(SmallOptions()));
  world.ExpectConsistent(us, "US");
  world.ExpectConsistent(ca, "CA");
}

TEST(ExportJob, WithoutAValidSignerABatchWaitsAndOthersGoOn) {
  World world;
  const auto with = world.AddConfig(world.Config("signed"));
  world.AddSigner("v2");
  store::SignatureInfo expired = world.store->SignatureInfos()->at(1);
  expired.thru = kStart;
  ASSERT_TRUE(world.store->UpdateSignatureInfo(expired).ok());
  auto config = world.Config("unsigned");
  config.signature_info_ids = {expired.id};
  const auto without = world.AddConfig(config);
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  ExportJob job = world.Job(SmallOptions());
  ASSERT_TRUE(job.CreateBatches().ok());
  const auto run = job.DoWork();
  EXPECT_TRUE(absl::IsFailedPrecondition(run.status())) << run.status();
  EXPECT_NE(world.log.Text().find("phones refuse unsigned files"), std::string::npos);
  world.ExpectConsistent(with);
  EXPECT_TRUE(world.Objects(without).empty());
  EXPECT_EQ(world.store->Batches(without.id, {})->at(0).status, store::BatchStatus::kOpen);

  expired.thru.reset();
  ASSERT_TRUE(world.store->UpdateSignatureInfo(expired).ok());
  RunBoth(job);
  world.ExpectConsistent(without);
}

TEST(ExportJob, ABatchThatWaitsForASignerTakesTheOneItsConfigurationIsGiven) {
  World world;
  auto config = world.Config("root");
  store::SignatureInfo expired = world.store->SignatureInfos()->at(0);
  expired.thru = kStart;
  ASSERT_TRUE(world.store->UpdateSignatureInfo(expired).ok());
  config = world.AddConfig(config);
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  ExportJob job = world.Job(SmallOptions());
  ASSERT_TRUE(job.CreateBatches().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(job.DoWork().status()));

  config.signature_info_ids = {world.AddSigner("v2")};
  ASSERT_TRUE(world.store->UpdateExportConfig(config).ok());
  RunBoth(job);
  EXPECT_EQ(OnlyFile(world, config).header.signature_infos.at(0).key_version, "v2");
  world.ExpectConsistent(config);
}

// The store lets no configuration take the place of another; this is what would happen if one had.
TEST(ExportJob, AFileOfAnotherBatchIsNeverReplaced) {
  World world;
  world.AddConfig(world.Config("owner"));
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  ASSERT_TRUE(world.Job(SmallOptions()).CreateBatches().ok());
  const auto batch = *world.store->LeaseBatch(world.clock.Now(), hours(1));
  store::ExportFile file;
  file.batch_id = batch->id;
  file.bucket = "bucket";
  file.name = "root/1700006400-1700010000-00001.zip";
  file.window = batch->window;
  ASSERT_TRUE(world.store->CompleteBatch(*batch, {file}).ok());
  auto object = *world.objects->Create(file.bucket, file.name);
  ASSERT_TRUE(object->Append(base::AsBytes("published")).ok());
  ASSERT_TRUE(object->Commit().ok());

  const auto config = world.AddConfig(world.Config("root"));
  ExportJob job = world.Job(SmallOptions());
  ASSERT_TRUE(job.CreateBatches().ok());
  const auto run = job.DoWork();
  EXPECT_TRUE(absl::IsFailedPrecondition(run.status())) << run.status();
  EXPECT_NE(MessageOf(run.status()).find("of export configuration 1 and was not replaced"),
            std::string_view::npos)
      << run.status();
  EXPECT_EQ(base::AsText(*world.objects->Read(file.bucket, file.name)), "published");

  ExportOptions renaming = SmallOptions();
  renaming.reprocess_count = 1;  // what the error text advises
  RunBoth(world.Job(renaming));
  EXPECT_EQ(world.Index(config), std::vector<std::string>{"root/1700006401-1700010001-00001.zip"});
}

TEST(ExportJob, TwoBucketsMayHoldObjectsOfTheSameName) {
  World world;
  const auto us = world.AddConfig(world.Config("root"));
  auto config = world.Config("root");
  config.bucket = "other-bucket";
  config.output_region = "CA";
  const auto ca = world.AddConfig(config);
  world.Publish(14, kStart, "US");
  world.Publish(7, kStart, "CA");
  world.clock.Set(kStart + hours(3));
  RunBoth(world.Job(SmallOptions()));
  EXPECT_EQ(world.Index(us), world.Index(ca));
  world.ExpectConsistent(us, "US");
  world.ExpectConsistent(ca, "CA");
}

// Apps that still ask at the former place find its files there until they expire, and are never
// sent to files that are gone.
TEST(ExportJob, AfterAMoveTheFormerIndexKeepsItsFilesUntilTheyExpire) {
  World world;
  const auto before = world.AddConfig(world.Config("before"));
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  ExportJob job = world.Job(SmallOptions());
  RunBoth(job);
  world.Publish(14, kStart + hours(1));
  world.clock.Set(kStart + hours(4));
  ASSERT_TRUE(job.CreateBatches().ok());  // a batch for the former place that is exported later
  auto after = before;
  after.filename_root = "after";
  ASSERT_TRUE(world.store->UpdateExportConfig(after).ok());
  world.Publish(14, kStart + hours(2));
  world.clock.Set(kStart + hours(5));
  RunBoth(job);

  using Names = std::vector<std::string>;
  const Names former = {"before/1700006400-1700010000-00001.zip",
                        "before/1700010000-1700013600-00001.zip"};
  EXPECT_EQ(world.Index(before), former);
  EXPECT_EQ(world.Objects(before), former);
  EXPECT_EQ(world.Index(after), Names{"after/1700013600-1700017200-00001.zip"});

  // The clean-up may come first, and leave no batch that has files.
  world.clock.Set(kStart + hours(24 * 14 + 5));
  ASSERT_TRUE(world.store->ExpireFiles(world.clock.Now() - SmallOptions().file_ttl).ok());
  const auto expired = *world.store->FilesToDelete(10);
  EXPECT_EQ(expired.size(), 3u);
  for (const auto& file : expired) ASSERT_TRUE(world.store->MarkFileDeleted(file).ok());
  ASSERT_TRUE(job.DoWork().ok());
  EXPECT_TRUE(world.Index(before).empty());
  EXPECT_TRUE(world.Index(after).empty());
}

TEST(ExportJob, PaddingOfAnAttemptThatFailedIsNotMadeTwice) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  testing::Faults disk_is_full(1, testing::Faults::Kind::kCrash);
  testing::FaultyFileStore objects(*world.objects, disk_is_full);
  ExportJob failing = world.Job(SmallOptions(), *world.store, objects);
  ASSERT_TRUE(failing.CreateBatches().ok());
  EXPECT_FALSE(failing.DoWork().ok());
  const auto padded = *world.store->CountKeys();
  EXPECT_GE(padded, 40);
  EXPECT_FALSE(failing.DoWork().ok());
  RunBoth(world.Job(SmallOptions()));
  EXPECT_EQ(*world.store->CountKeys(), padded);
  EXPECT_EQ(static_cast<std::int64_t>(OnlyFile(world, config).keys.size()), padded);
}

TEST(ExportJob, ExpiredFilesLeaveTheIndexOfAConfigurationThatHasEnded) {
  World world;
  auto config = world.Config("root");
  config.thru = kStart + hours(1);
  config = world.AddConfig(config);
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(4));
  RunBoth(world.Job(SmallOptions()));
  EXPECT_EQ(world.Index(config).size(), 1u);
  world.clock.Set(kStart + hours(14 * 24) - seconds(1));
  RunBoth(world.Job(SmallOptions()));
  EXPECT_EQ(world.Index(config).size(), 1u);
  world.clock.Set(kStart + hours(14 * 24));
  RunBoth(world.Job(SmallOptions()));
  EXPECT_TRUE(world.Index(config).empty());
}

TEST(ExportJob, ReprocessedBatchesGetOtherNamesAndTimes) {
  World world;
  const auto config = world.AddConfig(world.Config("root"));
  world.Publish(14, kStart);
  world.clock.Set(kStart + hours(3));
  ExportOptions options = SmallOptions();
  options.reprocess_count = 1;
  RunBoth(world.Job(options));
  EXPECT_EQ(world.Index(config), std::vector<std::string>{"root/1700006401-1700010001-00001.zip"});
  const auto content = OnlyFile(world, config);
  EXPECT_EQ(content.header.start, kStart + seconds(1));
  EXPECT_EQ(content.header.end, kStart + hours(1) + seconds(1));
}

TEST(ExportJob, NoLogLineTellsHowManyKeysWereReal) {
  World world;
  world.AddConfig(world.Config("root"));
  world.Publish(17, kStart);
  world.clock.Set(kStart + hours(3));
  RunBoth(world.Job(SmallOptions()));
  EXPECT_EQ(world.log.Text().find(":17"), std::string::npos) << world.log.Text();
}

}  // namespace
}  // namespace enks::exports
