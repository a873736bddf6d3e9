#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "http/server.h"
#include "http/test_client.h"
#include "http/test_handlers.h"

namespace enks::http {
namespace {

// Large enough that the sockets' buffers cannot hold it.
constexpr std::size_t kFileBytes = 20u << 20;

class ServerFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "enks-http-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    // Lines of different numbers, so that no part of the file is like another.
    for (std::size_t i = 0; content_.size() < kFileBytes; ++i) content_ += std::to_string(i) + "\n";
    content_.resize(kFileBytes);
    std::ofstream(folder_ / "file", std::ios::binary) << content_;
    router_.Add({.path = "/file", .handler = &handler_});
    auto server = Server::Start({}, router_, log_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  std::string content_;
  FileBody file_;  // what the handler answers with; set before a request
  FunctionHandler handler_{[this](const Request&) {
    Response response;
    response.status = 206;
    response.file = file_;
    return response;
  }};
  base::MemoryLog log_;
  Router router_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerFilesTest, AWholeFileIsSentAndTheConnectionGoesOn) {
  file_ = {.path = folder_ / "file", .offset = 0, .length = kFileBytes};
  TestClient client(server_->port());
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.Ask(Get("/file"));
    EXPECT_EQ(answer.status, 206);
    EXPECT_TRUE(answer.body == content_);
  }
}

TEST_F(ServerFilesTest, APartOfAFileIsSent) {
  file_ = {.path = folder_ / "file", .offset = 1'000'001, .length = 123'457};
  TestClient client(server_->port());
  EXPECT_TRUE(client.Ask(Get("/file")).body == content_.substr(1'000'001, 123'457));
  file_ = {.path = folder_ / "file", .offset = kFileBytes, .length = 0};
  EXPECT_EQ(client.Ask(Get("/file")).Header("Content-Length"), "0");
}

TEST_F(ServerFilesTest, AHeadRequestGetsTheLengthAndTheFileIsNotOpened) {
  file_ = {.path = folder_ / "missing", .offset = 5, .length = 77};
  TestClient client(server_->port());
  const auto answer = client.Ask("HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(answer.Header("Content-Length"), "77");
}

TEST_F(ServerFilesTest, AFileThatIsMissingOrTooShortIsA500) {
  TestClient client(server_->port());
  file_ = {.path = folder_ / "missing", .offset = 0, .length = 1};
  EXPECT_EQ(client.Ask(Get("/file")).status, 500);
  file_ = {.path = folder_ / "file", .offset = 1, .length = kFileBytes};
  EXPECT_EQ(client.Ask(Get("/file")).status, 500);
  file_ = {.path = folder_ / "file", .offset = ~std::uint64_t{0}, .length = 2};
  EXPECT_EQ(client.Ask(Get("/file")).status, 500);
  file_ = {.path = folder_ / "file", .offset = kFileBytes - 1, .length = 1};
  EXPECT_EQ(client.Ask(Get("/file")).body, content_.substr(kFileBytes - 1));
}

TEST_F(ServerFilesTest, AFileThatShrinksWhileItIsSentEndsTheConnection) {
  file_ = {.path = folder_ / "file", .offset = 0, .length = kFileBytes};
  TestClient client(server_->port());
  client.Send(Get("/file"));
  client.ReadBytes(100);  // the answer has begun and most of it does not fit into the sockets
  std::filesystem::resize_file(folder_ / "file", 100);
  EXPECT_TRUE(client.IsClosedByServer());
  server_->Stop();
  EXPECT_NE(log_.Text().find("became shorter"), std::string::npos) << log_.Text();
}

TEST_F(ServerFilesTest, AClientThatHangsUpDuringAFileHarmsNobody) {
  file_ = {.path = folder_ / "file", .offset = 0, .length = kFileBytes};
  {
    TestClient client(server_->port());
    client.Send(Get("/file"));
    client.ReadBytes(100);
  }
  EXPECT_TRUE(TestClient(server_->port()).Ask(Get("/file")).body == content_);
}

}  // namespace
}  // namespace enks::http
