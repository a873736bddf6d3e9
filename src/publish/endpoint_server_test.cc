// The route as phones reach it: a real server and a socket, so that what the server does before it
// asks the endpoint is tried, too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "http/server.h"
#include "http/testing/test_client.h"
#include "publish/testing/memory_fixture.h"

namespace enks::publish {
namespace {

using http::TestClient;
using testing::HasSubstr;

constexpr char kJson[] = "Content-Type: application/json\r\n";

class EndpointServerTest : public EndpointTest {
 protected:
  void SetUp() override {
    EndpointTest::SetUp();
    router_.Add({"/v1/publish", endpoint_.get(), kBodyBytesMax});
    auto server = http::Server::Start({.threads = 1}, router_, log_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  void TearDown() override { server_.reset(); }

  std::int64_t StoredKeys() {
    server_->Stop();  // its thread does not touch the store any more
    return *store_.CountKeys();
  }
  TestClient::Answer Ask(std::string_view request) {
    return TestClient(server_->port()).Ask(request);
  }

  // A valid upload of exactly that many bytes.
  std::string BodyOfSize(std::size_t size) const {
    std::string body = Certified({YesterdaysKey(1)}).Json();
    body.insert(1, R"("padding":"",)");
    body.insert(12, std::string(size - body.size(), 'a'));
    return body;
  }

  http::Router router_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(EndpointServerTest, ABodyOf64000BytesIsTaken) {
  const auto answer = Ask(http::Post("/v1/publish", BodyOfSize(64'000), kJson));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("insertedExposures":1,)"));
}

TEST_F(EndpointServerTest, ABodyOf64001BytesIsTooLargeAndEndsTheConnection) {
  TestClient client(server_->port());
  const auto answer = client.Ask(http::Post("/v1/publish", BodyOfSize(64'001), kJson));
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("http: request body too large"));
  EXPECT_EQ(answer.Header("Connection"), "close");
  EXPECT_EQ(StoredKeys(), 0);
}

TEST_F(EndpointServerTest, AGetWithABodyIsAnUpload) {
  std::string request = http::Post("/v1/publish", Certified({YesterdaysKey(1)}).Json(), kJson);
  request.replace(0, 4, "GET");
  const auto answer = Ask(request);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(StoredKeys(), 1);
}

TEST_F(EndpointServerTest, ADecoyIsAnsweredOnItsExactPathOnly) {
  constexpr char kChaff[] = "X-Chaff: 1\r\n";
  EXPECT_EQ(Ask(http::Post("/v1/publish", "x", kChaff)).status, 200);
  for (const char* path : {"/", "/v1", "/v1/publish/", "/v1/other", "/V1/publish"}) {
    const auto answer = Ask(http::Post(path, "x", kChaff));
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.body, "404 page not found\n");
  }
  for (const char* path : {"//v1/publish", "/v1//publish", "/v1/./publish", "/x/../v1/publish"}) {
    const auto answer = Ask(http::Post(path, "x", kChaff));
    EXPECT_EQ(answer.status, 301) << path;
    EXPECT_EQ(answer.Header("Location"), "/v1/publish");
  }
}

// The thread sanitizer watches. Uploads end before the store, which is for one thread only here.
TEST_F(EndpointTest, ChecksUploadsOnManyThreadsWhileTheDirectoryIsReadAnew) {
  constexpr int kThreads = 3;
  constexpr int kUploadsEach = 30;
  UploadText upload = Certified({YesterdaysKey(1)});
  upload.keys[0].rolling_period = 5;  // not what the certificate vouches for
  const std::string body = upload.Json();
  base::SystemRandom random;
  endpoint_ = Make(store_, *directory_, random);
  std::atomic<int> running = kThreads;
  std::atomic<int> refused = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < kUploadsEach; ++j) refused += Send(RequestOf(body)).status == 401 ? 1 : 0;
      --running;
    });
  }
  int refreshes = 0;
  while (running > 0 || refreshes == 0) {
    EXPECT_TRUE(directory_->Refresh().ok());
    ++refreshes;
  }
  threads.clear();
  EXPECT_EQ(refused, kThreads * kUploadsEach);
  endpoint_.reset();  // before the random source that it was given
}

}  // namespace
}  // namespace enks::publish
