#include <gtest/gtest.h>

#include <optional>

#include "base/test_folder.h"
#include "exports/endpoints.h"
#include "exports/testing/faulty_file_store.h"

namespace enks::exports {
namespace {

std::optional<std::string> HeaderOf(const http::Response& response, std::string_view name) {
  for (const auto& [header, value] : response.headers) {
    if (header == name) return value;
  }
  return std::nullopt;
}

class FilesEndpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Put("root/1-2-00001.zip", "0123456789");
    Put("root/index.txt", "root/1-2-00001.zip");
    Put("index.txt", "");
    Put("root/notes.md", "no");
  }

  void Put(std::string_view name, std::string_view content) {
    auto file = store_->Create("b", name);
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->Append(base::AsBytes(content)).ok());
    ASSERT_TRUE((*file)->Commit().ok());
  }

  http::Response Send(std::string path, http::Headers headers = {}, std::string method = "GET") {
    http::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.headers = std::move(headers);
    std::optional<http::Response> answer;
    endpoint_->Handle(std::move(request),
                      [&answer](http::Response response) { answer = std::move(response); });
    return answer.value();
  }

  // An error that no cache may keep and give to phones.
  static void ExpectNotCached(const http::Response& answer) {
    EXPECT_EQ(HeaderOf(answer, "Cache-Control"), "no-store");
    EXPECT_EQ(HeaderOf(answer, "ETag"), std::nullopt);
    EXPECT_FALSE(answer.file.has_value());
  }

  // The bytes the server would send.
  std::string BodyOf(const http::Response& response) {
    if (!response.file) return response.body;
    const auto bytes = files_.Read(response.file->path, 1000);
    return std::string(base::AsText(*bytes).substr(response.file->offset, response.file->length));
  }

  const std::string zip_ = "/files/b/root/1-2-00001.zip";
  const std::string index_ = "/files/b/root/index.txt";
  const base::TestFolder folder_;
  base::SystemFiles files_;
  const std::unique_ptr<FileStore> store_ = MakeFolderStore(folder_.path(), files_);
  const std::unique_ptr<http::Handler> endpoint_ = MakeFilesEndpoint(ServingOptions{}, *store_);
};

TEST_F(FilesEndpointTest, AZipIsServedFromDiskAndMayBeCachedForEver) {
  const auto answer = Send(zip_);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(BodyOf(answer), "0123456789");
  EXPECT_TRUE(answer.file.has_value());
  EXPECT_EQ(HeaderOf(answer, "Content-Type"), "application/zip");
  EXPECT_EQ(HeaderOf(answer, "Cache-Control"), "public, max-age=86400, immutable");
  EXPECT_EQ(HeaderOf(answer, "Accept-Ranges"), "bytes");
  const auto etag = HeaderOf(answer, "ETag");
  ASSERT_TRUE(etag.has_value());
  EXPECT_EQ(etag->front(), '"');
  EXPECT_EQ(etag->size(), 66u);
  EXPECT_EQ(HeaderOf(Send(zip_), "ETag"), etag);
}

TEST_F(FilesEndpointTest, AnIndexIsServedAsShortLivedText) {
  const auto answer = Send(index_);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "root/1-2-00001.zip");
  EXPECT_EQ(HeaderOf(answer, "Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(HeaderOf(answer, "Cache-Control"), "public, max-age=60");
  const auto empty = Send("/files/b/index.txt");
  EXPECT_EQ(empty.status, 200);
  EXPECT_EQ(empty.body, "");
}

TEST_F(FilesEndpointTest, AnIndexChangedWithinTheSecondHasAnotherETagAtOnce) {
  const auto before = HeaderOf(Send(index_), "ETag");
  Put("root/index.txt", "root/1-3-00001.zip");
  const auto answer = Send(index_, {{"If-None-Match", *before}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "root/1-3-00001.zip");
}

TEST_F(FilesEndpointTest, HeadSaysTheLengthAndSendsNothing) {
  const auto zip = Send(zip_, {{"Range", "bytes=0-1"}}, "HEAD");
  EXPECT_EQ(zip.status, 200) << "a range of anything but GET is ignored";
  EXPECT_EQ(zip.declared_length, 10u);
  EXPECT_FALSE(zip.file.has_value());
  EXPECT_EQ(HeaderOf(zip, "ETag"), HeaderOf(Send(zip_), "ETag"));
  const auto index = Send(index_, {}, "HEAD");
  EXPECT_EQ(index.declared_length, 18u);
  EXPECT_EQ(index.body, "");
}

TEST_F(FilesEndpointTest, OtherMethodsAreRefusedWithWhatIsAllowed) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
    const auto answer = Send(zip_, {}, method);
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(HeaderOf(answer, "Allow"), "GET, HEAD");
    ExpectNotCached(answer);
  }
}

TEST_F(FilesEndpointTest, AKnownETagIsAnswered304WithoutABody) {
  const std::string etag = *HeaderOf(Send(zip_), "ETag");
  for (const std::string& known : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    for (const char* method : {"GET", "HEAD"}) {
      const auto answer = Send(zip_, {{"if-none-match", known}, {"Range", "bytes=0-1"}}, method);
      EXPECT_EQ(answer.status, 304) << known;
      EXPECT_FALSE(answer.file.has_value());
      EXPECT_EQ(answer.body, "");
      EXPECT_EQ(HeaderOf(answer, "ETag"), etag);
      EXPECT_EQ(HeaderOf(answer, "Cache-Control"), "public, max-age=86400, immutable");
    }
  }
  EXPECT_EQ(Send(zip_, {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(FilesEndpointTest, ARangeIsServedAsPart) {
  const auto answer = Send(zip_, {{"Range", "bytes=2-4"}});
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(BodyOf(answer), "234");
  EXPECT_EQ(HeaderOf(answer, "Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(HeaderOf(answer, "Cache-Control"), "public, max-age=86400, immutable");
  EXPECT_EQ(HeaderOf(answer, "ETag"), HeaderOf(Send(zip_), "ETag"));
  EXPECT_EQ(BodyOf(Send(zip_, {{"Range", "bytes=-3"}})), "789");
  EXPECT_EQ(BodyOf(Send(index_, {{"Range", "bytes=0-3"}})), "root");
}

TEST_F(FilesEndpointTest, AnUnsatisfiableRangeIsAnswered416WithTheSize) {
  const auto answer = Send(zip_, {{"Range", "bytes=10-"}});
  EXPECT_EQ(answer.status, 416);
  EXPECT_EQ(HeaderOf(answer, "Content-Range"), "bytes */10");
  ExpectNotCached(answer);
  EXPECT_EQ(Send("/files/b/index.txt", {{"Range", "bytes=0-"}}).status, 416);
}

TEST_F(FilesEndpointTest, SeveralRangesAreAnsweredWithTheWhole) {
  const auto answer = Send(zip_, {{"Range", "bytes=0-1,3-4"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(BodyOf(answer), "0123456789");
}

TEST_F(FilesEndpointTest, ARangeIsServedOnlyIfTheFileIsStillTheSame) {
  const std::string etag = *HeaderOf(Send(zip_), "ETag");
  EXPECT_EQ(Send(zip_, {{"Range", "bytes=0-1"}, {"If-Range", etag}}).status, 206);
  EXPECT_EQ(Send(zip_, {{"Range", "bytes=0-1"}, {"If-Range", "W/" + etag}}).status, 200);
  EXPECT_EQ(Send(zip_, {{"Range", "bytes=0-1"}, {"If-Range", "\"old\""}}).status, 200);
  EXPECT_EQ(Send(zip_, {{"Range", "bytes=99-"}, {"If-Range", "\"old\""}}).status, 200);
}

TEST_F(FilesEndpointTest, WhatIsNotAnExportFileOrIndexIsNotFound) {
  for (const char* path :
       {"/files/b/root/notes.md", "/files/b/root", "/files/b/", "/files/b", "/files/",
        "/files/b/root/missing.zip", "/files/c/root/1-2-00001.zip", "/files/b/root/xindex.txt",
        "/files/b/root/../root/1-2-00001.zip", "/files/b/%2e%2e/b/root/1-2-00001.zip",
        "/files/../etc/a.zip", "/files/b//root/1-2-00001.zip", "/files/b/root%2f1-2-00001.zip",
        "/files/b/root/1-2-00001.zip/x.zip", "/files/b/root/1-2-00001.zip/index.txt",
        "/files/b/root/.1-2-00001.zip", "/files/b/root/1-2-00001.zip%00"}) {
    const auto answer = Send(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_FALSE(answer.file.has_value()) << path;
    EXPECT_EQ(answer.body, "404 page not found\n") << path;
    EXPECT_EQ(HeaderOf(answer, "Cache-Control"), "public, max-age=5") << path;
    EXPECT_EQ(HeaderOf(answer, "ETag"), std::nullopt) << path;
  }
}

TEST_F(FilesEndpointTest, AListOfETagsMayComeInSeveralLines) {
  const std::string etag = *HeaderOf(Send(zip_), "ETag");
  EXPECT_EQ(Send(zip_, {{"If-None-Match", "\"x\""}, {"if-none-match", etag}}).status, 304);
  EXPECT_EQ(Send(zip_, {{"If-None-Match", "\"x\""}, {"If-None-Match", "\"y\""}}).status, 200);
  EXPECT_EQ(Send(zip_, {{"If-Match", "\"x\""}, {"If-Match", etag}}).status, 200);
}

TEST_F(FilesEndpointTest, AFileThatIsNotTheExpectedOneIsAnswered412) {
  const std::string etag = *HeaderOf(Send(zip_), "ETag");
  for (const std::string& held : {etag, std::string("*"), "\"x\", " + etag}) {
    EXPECT_EQ(Send(zip_, {{"If-Match", held}}).status, 200) << held;
  }
  EXPECT_EQ(Send(zip_, {{"If-Match", etag}, {"Range", "bytes=0-1"}}).status, 206);
  for (const std::string& other : {std::string("\"x\""), "W/" + etag}) {
    for (const char* method : {"GET", "HEAD"}) {
      // Looked at before all other conditions.
      const auto answer = Send(zip_, {{"If-Match", other}, {"If-None-Match", etag}}, method);
      EXPECT_EQ(answer.status, 412) << other;
      ExpectNotCached(answer);
    }
  }
  EXPECT_EQ(Send("/files/b/root/missing.zip", {{"If-Match", "*"}}).status, 404);
}

TEST_F(FilesEndpointTest, AFailureOfTheDiskIsNotTakenForAMissingFile) {
  for (const std::string& path : {zip_, index_}) {
    testing::Faults faults(1, testing::Faults::Kind::kCrash);
    testing::FaultyFileStore failing(*store_, faults);
    const auto endpoint = MakeFilesEndpoint(ServingOptions{}, failing);
    http::Request request;
    request.method = "GET";
    request.path = path;
    std::optional<http::Response> answer;
    endpoint->Handle(std::move(request),
                     [&answer](http::Response response) { answer = std::move(response); });
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 503) << path;
    ExpectNotCached(*answer);
  }
}

TEST_F(FilesEndpointTest, EscapedNamesAreTheSameObjects) {
  EXPECT_EQ(BodyOf(Send("/files/b/%72oot/1-2-00001%2ezip")), "0123456789");
}

}  // namespace
}  // namespace enks::exports
