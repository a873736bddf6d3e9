#include "jwks/fetcher.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/virtual_clock.h"
#include "http/server.h"
#include "http/testing/test_handlers.h"
#include "jwks/key_sync.h"
#include "jwks/testing/authority_store.h"
#include "jwks/testing/test_keys.h"
#include "store/testing/sample_records.h"

// Real answers over loopback.
namespace enks::jwks {
namespace {

using absl::StatusCode;
using testing::Document;
using ::testing::HasSubstr;
using testing::Jwk;
using ::testing::Not;
using testing::Pem;

constexpr std::size_t kBytesMax = 1000;

http::Response Answer(std::string body) {
  http::Response response;
  response.body = std::move(body);
  return response;
}

class FetcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    router_.Add({.path = "/good", .handler = &good_});
    router_.Add({.path = "/length/*", .handler = &length_});
    router_.Add({.path = "/moved", .handler = &moved_});
    router_.Add({.path = "/html", .handler = &html_});
    router_.Add({.path = "/half", .handler = &half_});
    router_.Add({.path = "/never", .handler = &never_});
    auto server = http::Server::Start({}, router_, log_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::string Url(const std::string& path) const {
    return fmt::format("http://user:hunter2@127.0.0.1:{}{}?token=s3cret", server_->port(), path);
  }
  Status FailureAt(const std::string& path) {
    const auto answer = fetcher_->Fetch(Url(path));
    EXPECT_FALSE(answer.ok()) << path;
    for (const char* secret : {"hunter2", "s3cret"}) {
      EXPECT_THAT(std::string(MessageOf(answer.status())), Not(HasSubstr(secret)));
    }
    return answer.status();
  }

  http::FunctionHandler good_{
      [](const http::Request&) { return Answer(Document({Jwk("v1", Pem(1))})); }};
  http::FunctionHandler length_{[](const http::Request& request) {
    return Answer(
        std::string(std::stoul(request.path.substr(std::string("/length/").size())), ' '));
  }};
  http::FunctionHandler moved_{[](const http::Request&) {
    http::Response response;
    response.status = 302;
    response.headers = {{"Location", "/good"}};
    return response;
  }};
  http::FunctionHandler html_{[](const http::Request&) { return Answer("<html>Not now</html>"); }};
  http::FunctionHandler half_{
      [](const http::Request&) { return Answer(Document({Jwk("v1", Pem(1))}).substr(0, 100)); }};
  http::HoldingHandler never_;
  base::MemoryLog log_;
  http::Router router_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<DocumentFetcher> fetcher_ =
      MakeHttpFetcher({.timeout = std::chrono::milliseconds(200),
                       .answer_bytes_max = kBytesMax,
                       .allow_http = true});
};

TEST_F(FetcherTest, ADocumentComesBackWhole) {
  const auto answer = fetcher_->Fetch(Url("/good"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(*answer, Document({Jwk("v1", Pem(1))}));
}

TEST_F(FetcherTest, ADocumentMayBeSoLongAndNoLonger) {
  EXPECT_EQ(fetcher_->Fetch(Url("/length/1000"))->size(), kBytesMax);
  EXPECT_EQ(FailureAt("/length/1001").code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(FailureAt("/length/10000000").code(), StatusCode::kResourceExhausted);
}

TEST_F(FetcherTest, OnlyStatus200CountsAndRedirectsAreNotFollowedJ6) {
  EXPECT_EQ(MessageOf(FailureAt("/nowhere")), "the answer has status 404, not 200");
  EXPECT_EQ(MessageOf(FailureAt("/moved")),
            "the answer has status 302, not 200; redirects are not followed");
}

TEST_F(FetcherTest, ASlowAnswerIsGivenUp) {
  EXPECT_EQ(FailureAt("/never").code(), StatusCode::kDeadlineExceeded);
  never_.Take()(http::Response{});
}

// Accepts one connection, promises 500 bytes, sends a whole document of fewer and hangs up.
class CuttingServer {
 public:
  CuttingServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    ENKS_CHECK(::bind(socket_, any, size) == 0 && ::listen(socket_, 1) == 0);
    ENKS_CHECK(::getsockname(socket_, any, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  CuttingServer(const CuttingServer&) = delete;
  CuttingServer& operator=(const CuttingServer&) = delete;
  ~CuttingServer() {
    thread_.join();
    ::close(socket_);
  }

  std::string Url() const { return fmt::format("http://127.0.0.1:{}/", port_); }

 private:
  void Serve() const {
    const int client = ::accept(socket_, nullptr, nullptr);
    ENKS_CHECK(client >= 0);
    char request[4096];
    ENKS_CHECK(::recv(client, request, sizeof request, 0) > 0);
    const std::string answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + Document({Jwk("v1", Pem(1))});
    ENKS_CHECK(::send(client, answer.data(), answer.size(), MSG_NOSIGNAL) > 0);
    ::close(client);
  }

  const int socket_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST_F(FetcherTest, AnAnswerThatIsCutIsAFailureEvenIfItReadsAsADocument) {
  const CuttingServer server;
  EXPECT_EQ(fetcher_->Fetch(server.Url()).status().code(), StatusCode::kUnavailable);
}

TEST_F(FetcherTest, AServerThatIsNotThereIsAFailure) {
  const std::string url = Url("/good");
  server_.reset();
  EXPECT_EQ(fetcher_->Fetch(url).status().code(), StatusCode::kUnavailable);
}

TEST_F(FetcherTest, WithoutTlsNothingIsAskedForUnlessAllowedJ6) {
  const auto strict = MakeHttpFetcher({});
  EXPECT_EQ(strict->Fetch(Url("/good")).status().code(), StatusCode::kInvalidArgument);
  for (const char* url : {"", "health.example/jwks", "ftp://health.example", "file:///etc/passwd",
                          "httpx://a", "http://https://a"}) {
    EXPECT_EQ(strict->Fetch(url).status().code(), StatusCode::kInvalidArgument) << url;
    EXPECT_EQ(CheckDocumentUrl(url).code(), StatusCode::kInvalidArgument) << url;
  }
  EXPECT_EQ(fetcher_->Fetch("file:///etc/passwd").status().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(CheckDocumentUrl("https://health.example/jwks").ok());
  EXPECT_TRUE(CheckDocumentUrl("HTTPS://health.example/jwks").ok());
}

TEST_F(FetcherTest, NoBrokenAnswerChangesAKey) {
  const base::VirtualClock clock{UnixTime(std::chrono::seconds(1606003200))};
  testing::AuthorityStore store;
  store::HealthAuthority authority = store::testing::SampleAuthority();
  authority.jwks_uri = Url("/good");
  store.authorities = {authority};
  SyncRules rules;
  rules.confirm_after = std::chrono::seconds(0);
  KeySync sync(rules, store, *fetcher_, clock);
  ASSERT_TRUE(sync.Sync(authority).status.ok());
  const auto keys = store.authorities[0].keys;
  ASSERT_EQ(keys.size(), 1U);
  for (const char* path : {"/length/0", "/length/5", "/length/1001", "/nowhere", "/moved", "/html",
                           "/half", "/never"}) {
    store.authorities[0].jwks_uri = Url(path);
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(sync.Sync(store.authorities[0]).Failed()) << path;
    EXPECT_EQ(store.authorities[0].keys, keys) << path;
  }
  for (int i = 0; i < 2; ++i) never_.Take()(http::Response{});
}

}  // namespace
}  // namespace enks::jwks
