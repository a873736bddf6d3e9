#include "phone/download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "exportfile/test_exports.h"
#include "phone/one_phone.h"
#include "phone/test_server.h"
#include "phone/trusted_keys.h"

namespace enks::phone {
namespace {

using absl::StatusCode;
using exportfile::TestExport;
using exportfile::WireKey;
using testing::IsEmpty;
using testing::SizeIs;

class SignedFiles : public testing::Test {
 protected:
  base::Bytes Zip(const TestExport& content) {
    return exportfile::ZipOf(content, {{kInfo, &signer_}});
  }

  TestExport SomeExport(int hour = 0) {
    TestExport content;
    content.header.start += std::chrono::hours(hour);
    content.header.end += std::chrono::hours(hour);
    content.keys = exportfile::RandomKeys(5, random_);
    return content;
  }

  TrustedKey Trusted() const { return {.info = kInfo, .public_key_pem = signer_.PublicKeyPem()}; }

  StatusCode Open(base::ByteView zip, const std::vector<TrustedKey>& keys) {
    return OpenVerified(zip, keys).status().code();
  }

  const exportfile::WireSignatureInfo kInfo{.key_version = "v1", .key_id = "310"};
  base::SeededRandom random_{1};
  exportfile::KeySigner signer_;
  exportfile::KeySigner stranger_;
};

using OpenVerifiedTest = SignedFiles;

TEST_F(OpenVerifiedTest, OpensWhatATrustedKeySigned) {
  const TestExport content = SomeExport();
  const TrustedKey trusted = Trusted();
  const auto opened = OpenVerified(Zip(content), {&trusted, 1});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->keys, content.keys);
}

TEST_F(OpenVerifiedTest, OneOfSeveralTrustedKeysIsEnough) {
  const TrustedKey other{.info = {.key_version = "v0", .key_id = "310"},
                         .public_key_pem = stranger_.PublicKeyPem()};
  EXPECT_EQ(Open(Zip(SomeExport()), {other, Trusted()}), StatusCode::kOk);
  EXPECT_EQ(Open(Zip(SomeExport()), {other}), StatusCode::kUnauthenticated);
}

TEST_F(OpenVerifiedTest, RefusesAStrangersSignatureUnderATrustedName) {
  const auto zip = exportfile::ZipOf(SomeExport(), {{kInfo, &stranger_}});
  EXPECT_EQ(Open(zip, {Trusted()}), StatusCode::kUnauthenticated);
}

TEST_F(OpenVerifiedTest, RefusesTheRightKeyUnderAnotherIdOrVersion) {
  TrustedKey trusted = Trusted();
  trusted.info.key_id = "311";
  EXPECT_EQ(Open(Zip(SomeExport()), {trusted}), StatusCode::kUnauthenticated);
  trusted = Trusted();
  trusted.info.key_version = "v2";
  EXPECT_EQ(Open(Zip(SomeExport()), {trusted}), StatusCode::kUnauthenticated);
}

TEST_F(OpenVerifiedTest, TrustsNobodyWithoutKeys) {
  EXPECT_EQ(Open(Zip(SomeExport()), {}), StatusCode::kUnauthenticated);
}

TEST_F(OpenVerifiedTest, ASignatureOfOtherKeysDoesNotCount) {
  // The unsigned truth: two files whose content differs in one key. Each byte of one zip is put in
  // turn where the zips differ, which is what a tamperer on the way could do at most byte by byte.
  const base::Bytes zip = Zip(SomeExport());
  for (std::size_t i = 0; i < zip.size(); ++i) {
    base::Bytes tampered = zip;
    tampered[i] ^= 0x01;
    const TrustedKey trusted = Trusted();
    const auto opened = OpenVerified(tampered, {&trusted, 1});
    if (!opened.ok()) continue;
    // Bytes of the zip's framing may change; what was signed may not.
    const auto untouched = OpenVerified(zip, {&trusted, 1});
    EXPECT_EQ(opened->bin_digest, untouched->bin_digest) << "byte " << i;
  }
}

TEST_F(OpenVerifiedTest, RefusesAFileOfMoreThanSixteenMegabytesUnopened) {
  EXPECT_FALSE(OpenVerified(base::Bytes(kZipBytesMax + 1, 0), {}).ok());
  base::Bytes zip = Zip(SomeExport());
  zip.resize(kZipBytesMax + 1);
  EXPECT_NE(Open(zip, {Trusted()}), StatusCode::kOk);
}

// A server's bucket in memory behind a real HTTP server.
class FeedTest : public SignedFiles {
 protected:
  FeedTest()
      : server_([this](const http::Request& request) { return Answer(request.path); }),
        feed_(*client_,
              {.files_base_url = server_.Url("/files/bucket"), .index_path = "r/index.txt"},
              {Trusted()}) {}

  void Put(const std::string& name, const base::Bytes& zip) {
    files_[name] = std::string(base::AsText(zip));
  }
  void PutIndex(std::string text) { files_["r/index.txt"] = std::move(text); }

  http::Response Answer(const std::string& path) {
    const std::string prefix = "/files/bucket/";
    const auto found = files_.find(path.substr(std::min(path.size(), prefix.size())));
    if (broken_ || !path.starts_with(prefix)) return AnswerWith(500);
    return found == files_.end() ? AnswerWith(404) : AnswerWith(200, found->second);
  }

  DownloadRound Download() {
    auto round = DownloadNew(feed_, follower_);
    EXPECT_TRUE(round.ok()) << round.status();
    return *std::move(round);
  }

  std::map<std::string, std::string> files_;
  bool broken_ = false;
  std::unique_ptr<http::Client> client_ = http::Client::Create({});
  TestServer server_;
  HttpFeed feed_;
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
  EXPECT_EQ(round.files[0].second->zip_bytes, files_["r/3.zip"].size());
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
  files_["r/1.zip"] = "<html>captive portal</html>";
  files_["r/2.zip"] = "";
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
  broken_ = true;
  EXPECT_EQ(DownloadNew(feed_, follower_).status().code(), StatusCode::kUnavailable);
  broken_ = false;
  EXPECT_THAT(Download().files, SizeIs(1));
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

TEST(Sightings, RefuseLinesThatAreNone) {
  const std::string good = std::string(32, 'a') + " " + std::string(8, 'b') + " 5";
  EXPECT_THAT(*ParseSightings(good + "\n\n" + good), SizeIs(2));
  for (const std::string& bad :
       {good + " 6", std::string(31, 'a') + " " + std::string(8, 'b') + " 5", std::string("x"),
        std::string(32, 'a') + " " + std::string(10, 'b') + " 5",
        std::string(32, 'a') + " " + std::string(8, 'b') + " 99999999999"}) {
    EXPECT_EQ(ParseSightings(bad).status().code(), StatusCode::kInvalidArgument) << bad;
  }
}

TEST(TrustedKeys, AreReadFromTheServersList) {
  const auto keys = ParseTrustedKeys(
      R"({"keys":[{"keyId":"310","keyVersion":"v1","algorithm":{"oid":"1"},)"
      R"("validFrom":"2020-01-01T00:00:00Z","validThru":null,"publicKeyPem":"PEM","exports":[]}]})");
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_THAT(*keys, SizeIs(1));
  EXPECT_EQ((*keys)[0].info.key_id, "310");
  EXPECT_EQ((*keys)[0].info.key_version, "v1");
  EXPECT_EQ((*keys)[0].public_key_pem, "PEM");
}

TEST(TrustedKeys, AnEmptyOrUnreadableListIsRefused) {
  for (const char* text :
       {"", "{", "{}", R"({"keys":[]})", R"({"keys":[{"keyId":"310"}]})", R"({"keys":{}})", "[]"}) {
    EXPECT_EQ(ParseTrustedKeys(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
}

TEST(TrustedKeys, AreFetchedOverHttp) {
  TestServer server([](const http::Request& request) {
    if (request.path != "/v1/keys") return AnswerWith(503);
    return AnswerWith(200, R"({"keys":[{"keyId":"a","keyVersion":"b","publicKeyPem":"c"}]})");
  });
  const auto client = http::Client::Create({});
  EXPECT_TRUE(FetchTrustedKeys(*client, server.Url("/v1/keys")).ok());
  EXPECT_EQ(FetchTrustedKeys(*client, server.Url("/v1/key")).status().code(),
            StatusCode::kUnavailable);
}

}  // namespace
}  // namespace enks::phone
