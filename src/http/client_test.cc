#include "http/client.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "http/header_field.h"
#include "http/server.h"
#include "http/test_handlers.h"

namespace enks::http {
namespace {

using absl::StatusCode;

constexpr std::size_t kAnswerBytesMax = 1000;

class ClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    router_.Add({.path = "/echo", .handler = &echo_});
    router_.Add({.path = "/length/*", .handler = &length_});
    router_.Add({.path = "/moved", .handler = &moved_});
    router_.Add({.path = "/headers", .handler = &headers_});
    router_.Add({.path = "/never", .handler = &never_});
    auto server = Server::Start({}, router_, log_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::string Url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }

  EchoHandler echo_;
  FunctionHandler length_{[](const Request& request) {
    Response response;
    response.body.assign(std::stoul(request.path.substr(std::string("/length/").size())), 'x');
    return response;
  }};
  FunctionHandler moved_{[](const Request&) {
    Response response;
    response.status = 302;
    response.headers = {{"Location", "/echo"}};
    return response;
  }};
  FunctionHandler headers_{[](const Request& request) {
    Response response;
    response.headers = {{"X-Seen", std::string(request.Header("X-One"))},
                        {"X-Expect", std::string(request.Header("Expect"))}};
    return response;
  }};
  HoldingHandler never_;
  base::MemoryLog log_;
  Router router_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Client> client_ = Client::Create({.answer_bytes_max = kAnswerBytesMax});
};

std::string HeaderOf(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (SameIgnoringCase(key, name)) return value;
  }
  return "";
}

TEST_F(ClientTest, MethodQueryAndBodyArriveAndTheAnswerComesBack) {
  const auto post = client_->Send("POST", Url("/echo?a=b"), {}, "body");
  ASSERT_TRUE(post.ok()) << post.status();
  EXPECT_EQ(post->status, 200);
  EXPECT_EQ(post->body, "POST\n/echo\na=b\nbody");
  EXPECT_EQ(client_->Send("GET", Url("/echo"), {}, "")->body, "GET\n/echo\n\n");
  EXPECT_EQ(client_->Send("PUT", Url("/echo"), {}, "")->body, "PUT\n/echo\n\n");
  EXPECT_EQ(client_->Send("DELETE", Url("/echo"), {}, "")->body, "DELETE\n/echo\n\n");
}

TEST_F(ClientTest, ABodyWithNulBytesIsSentWhole) {
  const std::string body("a\0b", 3);
  EXPECT_EQ(client_->Send("POST", Url("/echo"), {}, body)->body, "POST\n/echo\n\n" + body);
}

TEST_F(ClientTest, AHeadRequestHasALengthAndNoBody) {
  const auto head = client_->Send("HEAD", Url("/length/42"), {}, "");
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(HeaderOf(*head, "Content-Length"), "42");
}

TEST_F(ClientTest, HeadersTravelBothWaysAndNoContinueIsAskedFor) {
  const auto answer =
      client_->Send("POST", Url("/headers"), {{"X-One", "1"}}, std::string(10'000, 'x'));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(HeaderOf(*answer, "x-seen"), "1");
  EXPECT_EQ(HeaderOf(*answer, "x-expect"), "");
}

TEST_F(ClientTest, EveryStatusIsAnAnswerAndRedirectsAreNotFollowed) {
  EXPECT_EQ(client_->Send("GET", Url("/moved"), {}, "")->status, 302);
  EXPECT_EQ(client_->Send("GET", Url("/nowhere"), {}, "")->status, 404);
}

TEST_F(ClientTest, AnAnswerOfExactlyTheLimitIsTakenAndALongerOneRefused) {
  const auto just = client_->Send("GET", Url("/length/1000"), {}, "");
  ASSERT_TRUE(just.ok()) << just.status();
  EXPECT_EQ(just->body.size(), kAnswerBytesMax);
  EXPECT_EQ(client_->Send("GET", Url("/length/1001"), {}, "").status().code(),
            StatusCode::kResourceExhausted);
  EXPECT_TRUE(client_->Send("GET", Url("/length/1"), {}, "").ok());
}

TEST_F(ClientTest, AnAnswerThatDoesNotComeInTimeIsADeadlineError) {
  const auto client = Client::Create({.total_timeout = std::chrono::milliseconds(100)});
  EXPECT_EQ(client->Send("GET", Url("/never"), {}, "").status().code(),
            StatusCode::kDeadlineExceeded);
  never_.Take()(Response{});
}

TEST_F(ClientTest, NobodyListeningIsUnavailableAndTheErrorNamesTheHostOnly) {
  const std::uint16_t port = server_->port();
  server_->Stop();
  const auto answer = client_->Send(
      "GET", "http://user:password@127.0.0.1:" + std::to_string(port) + "/path?token=secret", {},
      "");
  EXPECT_EQ(answer.status().code(), StatusCode::kUnavailable);
  const std::string text = answer.status().ToString();
  EXPECT_NE(text.find("127.0.0.1"), std::string::npos) << text;
  for (const char* hidden : {"password", "path", "secret"}) {
    EXPECT_EQ(text.find(hidden), std::string::npos) << text;
  }
}

TEST_F(ClientTest, OtherSchemesThanHttpAreRefused) {
  for (const char* url : {"file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1/", ""}) {
    EXPECT_EQ(client_->Send("GET", url, {}, "").status().code(), StatusCode::kInvalidArgument)
        << url;
  }
}

TEST_F(ClientTest, HeadersThatWouldSplitTheRequestAreRefused) {
  const auto code = [this](const char* name, const char* value) {
    return client_->Send("GET", Url("/echo"), {{name, value}}, "").status().code();
  };
  EXPECT_EQ(code("X", "a\r\nY: b"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("X\r\nY", "a"), StatusCode::kInvalidArgument);
  EXPECT_EQ(client_->Send("GET / HTTP/1.1\r\nX:", Url("/echo"), {}, "").status().code(),
            StatusCode::kInvalidArgument);
}

// A server that accepts one connection and counts what it could accept after that.
TEST(ClientConnections, AreKeptOpenBetweenCalls) {
  EchoHandler echo;
  Router router;
  router.Add({.path = "/echo", .handler = &echo});
  base::MemoryLog log;
  // With room for one connection, a second one would be closed at once.
  auto server = Server::Start({.limits = {.connections_max = 1}}, router, log);
  ASSERT_TRUE(server.ok()) << server.status();
  const auto client = Client::Create({});
  const std::string url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/echo";
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client->Send("GET", url, {}, "").ok());
  EXPECT_FALSE(Client::Create({})->Send("GET", url, {}, "").ok());
}

}  // namespace
}  // namespace enks::http
