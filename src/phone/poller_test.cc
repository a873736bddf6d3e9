#include "phone/poller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "phone/test_bucket.h"

namespace enks::phone {
namespace {

using exportfile::TestExport;
using exportfile::WireKey;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

const UnixTime kNow(std::chrono::seconds(1606824000));
constexpr std::size_t kFilesKept = 8;

// Three phones that look at a bucket.
class PollerTest : public BucketTest {
 protected:
  PollerTest() {
    plan_.phones = 3;
    plan_.start = exposure::UtcMidnight(kNow);
    plan_.end = plan_.start;
    plan_.skew = {0, 0, 0};
    population_.emplace(plan_, 1);
    poller_.emplace(feed_, kFilesKept, *population_, ledger_, report_);
  }

  void Poll(const std::vector<int>& phones = {0, 1, 2}) { poller_->Poll(phones, kNow); }

  // A phone hears the key while it is in use.
  void Hear(int phone, const WireKey& key) {
    const ProximityId identifier = IdentifierAt(DeriveKeys(key.key), key.rolling_start);
    population_->phone(phone).Hear({.identifier = identifier, .metadata = {}}, key.rolling_start);
  }

  // A key of today, so that whoever heard it remembers it.
  TestExport ExportOfOneKey(WireKey& key) {
    TestExport content = SomeExport();
    key = exportfile::RandomKey(random_);
    key.rolling_start = exposure::IntervalAt(exposure::UtcMidnight(kNow));
    key.report_type = exportfile::WireReportType::kConfirmedTest;
    content.keys = {key};
    return content;
  }

  bool IsWarned(int phone) { return population_->phone(phone).exposures().Notifies(); }

  Plan plan_;
  std::optional<Population> population_;
  Ledger ledger_;
  Report report_;
  std::optional<Poller> poller_;
};

TEST_F(PollerTest, WarnsThePhonesThatHeardAKeyOfANewFileAndNoOthers) {
  WireKey key;
  Put("r/1.zip", Zip(ExportOfOneKey(key)));
  PutIndex("r/1.zip");
  Hear(1, key);
  Poll();
  EXPECT_FALSE(IsWarned(0));
  EXPECT_TRUE(IsWarned(1));
  EXPECT_FALSE(IsWarned(2));
}

TEST_F(PollerTest, OnlyThePhonesWhoseTurnItIsLook) {
  WireKey key;
  Put("r/1.zip", Zip(ExportOfOneKey(key)));
  PutIndex("r/1.zip");
  Hear(1, key);
  Poll({0, 2});
  EXPECT_FALSE(IsWarned(1));
  EXPECT_EQ(report_.downloads, 2);
  Poll({1});
  EXPECT_TRUE(IsWarned(1));
  EXPECT_EQ(report_.downloads, 3);
  EXPECT_THAT(report_.files, SizeIs(1)) << "a file is noted once, whoever fetched it";
}

TEST_F(PollerTest, NotesEachFileInTheReportAndInTheLedger) {
  WireKey key;
  const TestExport content = ExportOfOneKey(key);
  Put("r/1.zip", Zip(content));
  PutIndex("r/1.zip");
  ledger_.NoteUpload(0, {{.key = key.key, .start = key.rolling_start}}, {.transmission_risk = 1},
                     UploadOutcome::kAccepted, kNow);
  EXPECT_EQ(ledger_.NeverExported(), 1);
  Poll();
  EXPECT_EQ(ledger_.NeverExported(), 0);
  EXPECT_THAT(report_.files, ElementsAre(Field(&SeenFile::name, "r/1.zip")));
  EXPECT_EQ(report_.files[0].keys, 1);
}

TEST_F(PollerTest, AnUnchangedIndexIsNotSentAgainAndBringsNothing) {
  Put("r/1.zip", Zip(SomeExport(1)));
  PutIndex("r/1.zip");
  Poll();
  Poll();
  EXPECT_EQ(Answered(304), 1);
  EXPECT_EQ(Answered(200), 2) << "the index and the file, once for all phones";
  EXPECT_EQ(report_.downloads, 3);
  EXPECT_EQ(report_.late_lines, 0);
}

TEST_F(PollerTest, ALineThatVanishedIsNeitherFetchedAgainNorMissed) {
  Put("r/1.zip", Zip(SomeExport(1)));
  Put("r/2.zip", Zip(SomeExport(2)));
  PutIndex("r/1.zip\nr/2.zip");
  Poll();
  // The server has deleted its oldest file, as it does after its time.
  Remove("r/1.zip");
  Put("r/3.zip", Zip(SomeExport(3)));
  PutIndex("r/2.zip\nr/3.zip");
  Poll();
  EXPECT_EQ(report_.files_missing, 0);
  EXPECT_EQ(report_.late_lines, 0);
  EXPECT_EQ(report_.downloads, 3 * 3);
  EXPECT_THAT(report_.files, SizeIs(3));
}

TEST_F(PollerTest, ANewestLineThatVanishedDoesNotMakePhonesStartAgain) {
  Put("r/1.zip", Zip(SomeExport(1)));
  Put("r/2.zip", Zip(SomeExport(2)));
  PutIndex("r/1.zip\nr/2.zip");
  Poll();
  PutIndex("r/1.zip");
  Poll();
  PutIndex("r/1.zip\nr/2.zip");
  Poll();
  EXPECT_EQ(report_.downloads, 2 * 3) << "nothing is processed twice";
}

TEST_F(PollerTest, ALineThatComesTooLateIsCounted) {
  Put("r/1.zip", Zip(SomeExport(1)));
  Put("r/3.zip", Zip(SomeExport(3)));
  PutIndex("r/1.zip\nr/3.zip");
  Poll();
  Put("r/2.zip", Zip(SomeExport(2)));
  PutIndex("r/1.zip\nr/2.zip\nr/3.zip");
  Poll({0});
  EXPECT_EQ(report_.late_lines, 1);
  EXPECT_EQ(report_.downloads, 2 * 3);
}

TEST_F(PollerTest, AListedFileThatIsNotThereIsCountedAndAskedForAgain) {
  PutIndex("r/1.zip");
  Poll();
  EXPECT_EQ(report_.files_missing, 3);
  Put("r/1.zip", Zip(SomeExport(1)));
  Poll();
  EXPECT_EQ(report_.downloads, 3);
  EXPECT_EQ(report_.files_missing, 3);
}

TEST_F(PollerTest, ABrokenFileIsRefusedAndTheOthersAreRead) {
  WireKey key;
  Put("r/1.zip", std::string("not a zip"));
  Put("r/2.zip", MalformedZip(signer_));
  Put("r/3.zip", Zip(ExportOfOneKey(key)));
  PutIndex("r/1.zip\nr/2.zip\nr/3.zip");
  Hear(0, key);
  Poll({0});
  EXPECT_EQ(report_.files_refused, 2);
  EXPECT_TRUE(IsWarned(0));
}

TEST_F(PollerTest, AFileSignedByAnotherKeyWarnsNobody) {
  WireKey key;
  const TestExport content = ExportOfOneKey(key);
  Put("r/1.zip", exportfile::ZipOf(content, {{kInfo, &stranger_}}));
  PutIndex("r/1.zip");
  Hear(0, key);
  Poll();
  EXPECT_EQ(report_.files_refused, 3);
  EXPECT_THAT(report_.files, IsEmpty());
  EXPECT_FALSE(IsWarned(0));
  // The same keys, signed by whom phones trust.
  Put("r/1.zip", Zip(content));
  Poll();
  EXPECT_TRUE(IsWarned(0));
}

TEST_F(PollerTest, TheSameFileUnderTwoNamesIsCountedAndMatchedOnce) {
  const auto zip = Zip(SomeExport(1));
  Put("r/1.zip", zip);
  Put("r/2.zip", zip);
  PutIndex("r/1.zip\nr/2.zip");
  Poll({0});
  EXPECT_EQ(report_.files_duplicate, 1);
  EXPECT_EQ(report_.downloads, 1);
}

TEST_F(PollerTest, NoIndexIsNoFaultBeforeTheFirstFileAndAFaultAfterwards) {
  Poll({0});
  EXPECT_EQ(report_.index_failures, 0);
  PutIndex("");
  Poll({0});
  EXPECT_EQ(report_.index_failures, 0);
  Remove("r/index.txt");
  Poll({0});
  EXPECT_EQ(report_.index_failures, 1);
}

TEST_F(PollerTest, AServerErrorIsAFaultFromTheBeginning) {
  Break(true);
  Poll({0});
  EXPECT_EQ(report_.index_failures, 1);
  Break(false);
  Put("r/1.zip", Zip(SomeExport(1)));
  PutIndex("r/1.zip");
  Poll({0});
  EXPECT_EQ(report_.downloads, 1) << "the phone goes on where it was";
}

}  // namespace
}  // namespace enks::phone
