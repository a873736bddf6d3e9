#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

#include "base/test_folder.h"
#include "base/virtual_clock.h"
#include "http/client.h"
#include "http/testing/test_handlers.h"
#include "jwks/testing/test_keys.h"
#include "secrets/file_key_manager.h"
#include "server/server.h"
#include "server/testing/awaited_log.h"
#include "server/timetable.h"
#include "store/open.h"

namespace enks::server {
namespace {

using std::chrono::seconds;
using testing::AwaitedLog;
using ::testing::HasSubstr;

// A server beside the web server of a health authority, whose document it may read.
class ServerKeySyncTest : public ::testing::Test {
 protected:
  ServerKeySyncTest() {
    settings_.data_folder = folder_.path();
    settings_.listen_public = {"127.0.0.1", 0};
    settings_.listen_internal = {"127.0.0.1", 0};
    settings_.jobs = JobSchedule::Off();
    settings_.jobs.sync_keys = seconds(120);
    settings_.jwks.allow_http = true;
    router_.Add({.path = "/jwks", .handler = &held_});
  }

  void SetUp() override {
    ASSERT_TRUE(store::Migrate(*settings_.Location()).ok());
    ASSERT_TRUE(
        secrets::MakeFileKeyManager(settings_.Resolve(settings_.key_folder), files_, random_)
            ->CreateSealingKey(settings_.tokens.sealing_key)
            .ok());
    auto website = http::Server::Start({}, router_, log_);
    ASSERT_TRUE(website.ok()) << website.status();
    website_ = *std::move(website);
    auto server = Server::Start(settings_, {clock_, random_, files_, log_});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    store::HealthAuthority authority;
    authority.issuer = authority.audience = authority.name = "authority";
    authority.jwks_uri = fmt::format("http://127.0.0.1:{}/jwks", website_->port());
    ASSERT_TRUE(server_->store().AddHealthAuthority(authority).ok());
  }

  http::Response SendInside(const std::string& path) {
    const std::string url = fmt::format("http://127.0.0.1:{}{}", server_->internal_port(), path);
    const auto answer = http::Client::Create({})->Send("POST", url, {}, "");
    EXPECT_TRUE(answer.ok()) << path << ": " << answer.status();
    return answer.ok() ? *answer : http::Response{};
  }
  // What the web server gives when it is asked for the document.
  http::Response Document() const {
    http::Response response;
    response.body = jwks::testing::Document({jwks::testing::Jwk("v1", jwks::testing::Pem(1))});
    return response;
  }
  std::size_t CountKeys() { return server_->store().HealthAuthorities()->at(0).keys.size(); }

  const base::TestFolder folder_;
  base::VirtualClock clock_{base::UnixTime(seconds(1'700'000'000))};
  base::SystemRandom random_;
  base::SystemFiles files_;
  AwaitedLog log_;
  Settings settings_;
  http::HoldingHandler held_;
  http::Router router_;
  std::unique_ptr<http::Server> website_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerKeySyncTest, WhileAnAuthorityTakesItsTimeTheOtherTriggersAnswer) {
  auto synced = std::async(std::launch::async, [this] { return SendInside("/sync-keys"); });
  http::Reply reply = held_.Take();
  for (const char* path : {"/create-batches", "/do-work", "/cleanup-exposure", "/rotate-keys"}) {
    EXPECT_EQ(SendInside(path).body, R"({"ok":true})") << path;
  }
  EXPECT_EQ(SendInside("/sync-keys").body, "{\"error\":\"too early\"}\n");
  reply(Document());
  EXPECT_EQ(synced.get().body, R"({"ok":true})");
  EXPECT_EQ(CountKeys(), 1U);
}

TEST_F(ServerKeySyncTest, ABrokenDocumentIsAnswered500WithTheReasonAndChangesNothing) {
  auto synced = std::async(std::launch::async, [this] { return SendInside("/sync-keys"); });
  held_.Take()(http::Response{});
  const http::Response answer = synced.get();
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("the document is empty"));
  EXPECT_EQ(CountKeys(), 0U);
}

TEST_F(ServerKeySyncTest, TheScheduleReadsTheDocumentSoonAfterTheStart) {
  clock_.Advance(kFirstRunAfter + kFirstRunSpread);
  server_->WakeSchedule();
  held_.Take()(Document());
  log_.WaitFor("was added");
  EXPECT_EQ(CountKeys(), 1U);
}

}  // namespace
}  // namespace enks::server
