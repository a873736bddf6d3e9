#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone/download.h"
#include "phone/one_phone.h"
#include "phone/test_bucket.h"

namespace enks::phone {
namespace {

using absl::StatusCode;
using exportfile::TestExport;
using exportfile::WireKey;
using testing::IsEmpty;
using testing::SizeIs;

class FeedTest : public BucketTest {
 protected:
  DownloadRound Download() {
    auto round = DownloadNew(feed_, follower_);
    EXPECT_TRUE(round.ok()) << round.status();
    return *std::move(round);
  }

  IndexFollower follower_;
};

TEST_F(FeedTest, DownloadsEachFileOnce) {
  Put("r/1.zip", Zip(SomeExport(1)));
  Put("r/2.zip", Zip(SomeExport(2)));
  PutIndex("r/1.zip\nr/2.zip");
  EXPECT_THAT(Download().files, SizeIs(2));
  EXPECT_THAT(Download().files, IsEmpty());
  Put("r/3.zip", Zip(SomeExport(3)));
  PutIndex("r/2.zip\nr/3.zip");
  const auto round = Download();
  ASSERT_THAT(round.files, SizeIs(1));
  EXPECT_EQ(round.files[0].first, "r/3.zip");
  EXPECT_GT(round.files[0].second->zip_bytes, 0u);
}

TEST_F(FeedTest, SkipsAMissingFileAndAsksAgainNextTime) {
  Put("r/2.zip", Zip(SomeExport(2)));
  PutIndex("r/1.zip\nr/2.zip");
  auto round = Download();
  EXPECT_EQ(round.missing, 1);
  EXPECT_THAT(round.files, SizeIs(1));
  Put("r/1.zip", Zip(SomeExport(1)));
  round = Download();
  ASSERT_THAT(round.files, SizeIs(1));
  EXPECT_EQ(round.files[0].first, "r/1.zip");
}

TEST_F(FeedTest, RefusesAForgedFileAndGoesOn) {
  Put("r/1.zip", exportfile::ZipOf(SomeExport(1), {{kInfo, &stranger_}}));
  Put("r/2.zip", Zip(SomeExport(2)));
  PutIndex("r/1.zip\nr/2.zip");
  const auto round = Download();
  EXPECT_EQ(round.refused, 1);
  EXPECT_THAT(round.files, SizeIs(1));
}

TEST_F(FeedTest, RefusesWhatIsNoExportFile) {
  Put("r/1.zip", std::string("<html>captive portal</html>"));
  Put("r/2.zip", std::string());
  PutIndex("r/1.zip\nr/2.zip");
  EXPECT_EQ(Download().refused, 2);
}

TEST_F(FeedTest, ProcessesTheSameTimesAndBatchNumberOnce) {
  const auto zip = Zip(SomeExport(1));
  Put("r/1.zip", zip);
  Put("r/2.zip", zip);
  PutIndex("r/1.zip\nr/2.zip");
  const auto round = Download();
  EXPECT_THAT(round.files, SizeIs(1));
  EXPECT_EQ(round.duplicates, 1);
}

TEST_F(FeedTest, ABrokenServerChangesNothing) {
  Put("r/1.zip", Zip(SomeExport(1)));
  PutIndex("r/1.zip");
  Break(true);
  EXPECT_EQ(DownloadNew(feed_, follower_).status().code(), StatusCode::kUnavailable);
  Break(false);
  EXPECT_THAT(Download().files, SizeIs(1));
}

TEST_F(FeedTest, FetchesAnUnchangedIndexOnce) {
  PutIndex("r/1.zip");
  EXPECT_EQ(*feed_.Index(), "r/1.zip");
  EXPECT_EQ(*feed_.Index(), "r/1.zip") << "as it was remembered";
  EXPECT_EQ(Answered(200), 1);
  EXPECT_EQ(Answered(304), 1);
  PutIndex("r/1.zip\nr/2.zip");
  EXPECT_EQ(*feed_.Index(), "r/1.zip\nr/2.zip");
  EXPECT_EQ(*feed_.Index(), "r/1.zip\nr/2.zip");
  EXPECT_EQ(Answered(200), 2);
  EXPECT_EQ(Answered(304), 2);
}

TEST_F(FeedTest, AnUnaskedNotModifiedIsNoIndex) {
  TestServer server([](const http::Request&) { return AnswerWith(304); });
  const auto client = http::Client::Create({});
  HttpFeed feed(*client, {.files_base_url = server.Url("/files"), .index_path = "index.txt"}, {});
  EXPECT_EQ(feed.Index().status().code(), StatusCode::kUnavailable);
}

TEST_F(FeedTest, AMissingIndexIsAFailure) {
  EXPECT_EQ(DownloadNew(feed_, follower_).status().code(), StatusCode::kNotFound);
}

TEST_F(FeedTest, PhonesThatShareAFeedFetchEachFileOnce) {
  Put("r/1.zip", Zip(SomeExport(1)));
  PutIndex("r/1.zip");
  int announced = 0;
  SharedFeed shared(feed_, 10, [&](const std::string&, const FetchedFile&) { ++announced; });
  for (int phone = 0; phone < 3; ++phone) {
    IndexFollower follower;
    EXPECT_THAT(DownloadNew(shared, follower)->files, SizeIs(1));
  }
  EXPECT_EQ(announced, 1);
  EXPECT_THAT(server_.Requests(), SizeIs(2)) << "the index and the file";

  Put("r/2.zip", Zip(SomeExport(2)));
  PutIndex("r/1.zip\nr/2.zip");
  IndexFollower follower;
  EXPECT_THAT(DownloadNew(shared, follower)->files, SizeIs(1)) << "still the index of this round";
  shared.NextRound();
  EXPECT_THAT(DownloadNew(shared, follower)->files, SizeIs(1));
  EXPECT_EQ(announced, 2);
}

TEST_F(FeedTest, ASharedFeedKeepsOnlyTheFilesUsedLast) {
  Put("r/1.zip", Zip(SomeExport(1)));
  Put("r/2.zip", Zip(SomeExport(2)));
  int announced = 0;
  SharedFeed shared(feed_, 1, [&](const std::string&, const FetchedFile&) { ++announced; });
  for (const char* name : {"r/1.zip", "r/1.zip", "r/2.zip", "r/1.zip"}) {
    EXPECT_TRUE(shared.File(name).ok());
  }
  EXPECT_THAT(server_.Requests(), SizeIs(3));
  EXPECT_EQ(announced, 2) << "each file is announced once, however often it is fetched";
}

TEST_F(FeedTest, OnePhoneFindsWhatItHeardAndRemembersWhereItWas) {
  TestExport content;
  WireKey key = exportfile::RandomKey(random_);
  key.report_type = exportfile::WireReportType::kConfirmedTest;
  content.keys = {key};
  Put("r/1.zip", Zip(content));
  PutIndex("r/1.zip");
  const Sighting sighting{
      .beacon = {.identifier = IdentifierAt(DeriveKeys(key.key), key.rolling_start),
                 .metadata = {}},
      .at = key.rolling_start};
  const auto heard = ParseSightings(FormatSightings({&sighting, 1}));
  ASSERT_TRUE(heard.ok());

  const auto first = DownloadAsOnePhone(feed_, follower_, *heard);
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->notified);
  ASSERT_THAT(first->exposures, SizeIs(1));
  EXPECT_EQ(first->exposures[0].first_heard, key.rolling_start);
  const auto second = DownloadAsOnePhone(feed_, follower_, *heard);
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second->notified) << "nothing new";
}

}  // namespace
}  // namespace enks::phone
