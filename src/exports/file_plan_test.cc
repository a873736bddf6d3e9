#include "exports/file_plan.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace enks::exports {
namespace {

using std::chrono::seconds;

store::ExportBatch Batch() {
  store::ExportBatch batch;
  batch.settings.filename_root = "root";
  batch.window = {base::UnixTime(seconds(3600)), base::UnixTime(seconds(7200))};
  return batch;
}

TEST(FilePlan, FilesAreFullExceptPerhapsTheLast) {
  EXPECT_EQ(FilePlan(Batch(), 1, 10, 0).file_count(), 1);
  EXPECT_EQ(FilePlan(Batch(), 10, 10, 0).file_count(), 1);
  EXPECT_EQ(FilePlan(Batch(), 11, 10, 0).file_count(), 2);
  EXPECT_EQ(FilePlan(Batch(), 20, 10, 0).file_count(), 2);
  EXPECT_EQ(FilePlan(Batch(), 21, 10, 0).file_count(), 3);
}

TEST(FilePlan, ASingleFileCoversTheWindowAndSeveralCountTheirEndUp) {
  const FilePlan one(Batch(), 10, 10, 0);
  EXPECT_EQ(one.NameOf(1), "root/3600-7200-00001.zip");
  EXPECT_EQ(one.TimesIn(1), Batch().window);

  const FilePlan two(Batch(), 11, 10, 0);
  EXPECT_EQ(two.NameOf(2), "root/3600-7200-00002.zip");
  EXPECT_EQ(two.TimesIn(1).end, Batch().window.end + seconds(1));
  EXPECT_EQ(two.TimesIn(2).end, Batch().window.end + seconds(2));
  EXPECT_EQ(two.TimesIn(2).start, Batch().window.start);
}

TEST(FilePlan, ReprocessingGivesNewNamesAndTimesThatNoFileBeforeHad) {
  EXPECT_EQ(FilePlan(Batch(), 1, 10, 2).NameOf(1), "root/3602-7202-00001.zip");
  std::set<std::pair<base::UnixTime, base::UnixTime>> times;
  std::size_t files = 0;
  for (int reprocess = 0; reprocess < 4; ++reprocess) {
    const FilePlan plan(Batch(), reprocess % 2 == 0 ? 25 : 5, 10, reprocess);
    for (std::int32_t number = 1; number <= plan.file_count(); ++number, ++files) {
      times.emplace(plan.TimesIn(number).start, plan.TimesIn(number).end);
    }
  }
  EXPECT_EQ(times.size(), files);
}

TEST(FilePlan, NamesThatAnAttemptAtTheBatchCanHaveGivenAreKnown) {
  for (const int reprocess : {0, 1, 1000, 3599}) {
    const FilePlan plan(Batch(), 25, 10, reprocess);
    EXPECT_TRUE(CanBeFileOf(Batch(), plan.NameOf(1))) << plan.NameOf(1);
    EXPECT_TRUE(CanBeFileOf(Batch(), plan.NameOf(3))) << plan.NameOf(3);
  }
  for (const char* other :
       {"root/7200-10800-00001.zip", "root/3599-7199-00001.zip", "root/3600-7201-00001.zip",
        "root/3600-7200-00001.zi", "root/3600-7200-00001.zip2", "root/3600-7200.zip",
        "root/index.txt", "root/a/3600-7200-00001.zip", "root-2/3600-7200-00001.zip",
        "3600-7200-00001.zip", "root/", ""}) {
    EXPECT_FALSE(CanBeFileOf(Batch(), other)) << other;
  }
}

TEST(FilePlan, AConfigurationsOwnLimitWinsWhenItIsPositive) {
  store::ExportBatch batch = Batch();
  EXPECT_EQ(RecordsMax(batch, 500), 500);
  batch.settings.max_records_override = 0;
  EXPECT_EQ(RecordsMax(batch, 500), 500);
  batch.settings.max_records_override = 1;
  EXPECT_EQ(RecordsMax(batch, 500), 1);
  batch.settings.max_records_override = 900;
  EXPECT_EQ(RecordsMax(batch, 500), 900);
}

TEST(FilePlan, AnEmptyRootPutsObjectsDirectlyIntoTheBucket) {
  EXPECT_EQ(ObjectName("", "index.txt"), "index.txt");
  EXPECT_EQ(ObjectName("a/b", "index.txt"), "a/b/index.txt");
}

}  // namespace
}  // namespace enks::exports
