// Several servers that share one database, each with some of the roles.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "base/test_folder.h"
#include "base/virtual_clock.h"
#include "http/client.h"
#include "http/server.h"
#include "http/testing/test_handlers.h"
#include "jwks/testing/test_keys.h"
#include "phone/upload.h"
#include "secrets/file_key_manager.h"
#include "server/server.h"
#include "server/testing/awaited_log.h"
#include "store/testing/scratch_database.h"

namespace enks::server {
namespace {

using exposure::ReportType;
using std::chrono::seconds;
using store::StoreLocation;
using store::testing::ScratchDatabase;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kApp = "org.example.app";

class SplitTest : public ::testing::TestWithParam<StoreLocation::Engine> {
 protected:
  SplitTest() {
    settings_.data_folder = folder_.path();
    const StoreLocation& location = database_.location();
    settings_.database =
        (GetParam() == StoreLocation::Engine::kSqlite ? "sqlite:" : "postgres:") + location.target;
    settings_.listen_public = {"127.0.0.1", 0};
    settings_.listen_internal = {"127.0.0.1", 0};
    settings_.jobs = JobSchedule::Off();
    settings_.jwks.allow_http = true;
  }
  void SetUp() override {
    ASSERT_TRUE(
        secrets::MakeFileKeyManager(settings_.Resolve(settings_.key_folder), files_, random_)
            ->CreateSealingKey(settings_.tokens.sealing_key)
            .ok());
  }

  std::unique_ptr<Server> Start(const std::set<Role>& roles) {
    Settings settings = settings_;
    settings.roles = roles;
    auto server = Server::Start(settings, {clock_, random_, files_, log_});
    EXPECT_TRUE(server.ok()) << server.status();
    return server.ok() ? *std::move(server) : nullptr;
  }

  http::Response Send(std::uint16_t port, const std::string& path, const std::string& body = "{}",
                      const std::string& method = "POST") {
    const auto answer = client_->Send(method, fmt::format("http://127.0.0.1:{}{}", port, path),
                                      {{"Content-Type", "application/json"}}, body);
    EXPECT_TRUE(answer.ok()) << path << ": " << answer.status();
    return answer.ok() ? *answer : http::Response{};
  }

  const base::TestFolder folder_;
  const ScratchDatabase database_{GetParam()};
  base::VirtualClock clock_{base::UnixTime(seconds(1'700'000'000))};
  base::SystemRandom random_;
  base::SystemFiles files_;
  testing::AwaitedLog log_;
  Settings settings_;
  const std::unique_ptr<http::Client> client_ = http::Client::Create({});
};

class RolesTest : public SplitTest {};

// Which paths are there, each with the role that it needs; nothing else may be.
TEST_P(RolesTest, EachRoleServesItsPathsAndNoOther) {
  settings_.v1alpha1 = true;
  const std::map<std::string, Role> outside = {{"/v1/publish", Role::kPublish},
                                               {"/v1/stats", Role::kPublish},
                                               {"/", Role::kPublish},
                                               {"/files/bucket/root/index.txt", Role::kFiles},
                                               {"/v1/keys", Role::kFiles}};
  const std::map<std::string, Role> inside = {
      {"/create-batches", Role::kExport},    {"/do-work", Role::kExport},
      {"/cleanup-exposure", Role::kCleanup}, {"/cleanup-export", Role::kCleanup},
      {"/rotate-keys", Role::kPublish},      {"/sync-keys", Role::kPublish}};
  const auto root = folder_.path() / "files" / "bucket" / "root";
  std::filesystem::create_directories(root);
  std::ofstream(root / "index.txt") << "";
  for (const Role role : {Role::kPublish, Role::kExport, Role::kFiles, Role::kCleanup}) {
    const auto server = Start({role});
    const bool has_public = role == Role::kPublish || role == Role::kFiles;
    EXPECT_EQ(server->public_port() != 0, has_public);
    for (const auto& [path, needed] : outside) {
      EXPECT_EQ(Send(server->internal_port(), path, "", "GET").status, 404) << path;
      if (!has_public) continue;
      EXPECT_EQ(Send(server->public_port(), path, "", "GET").status != 404, role == needed) << path;
    }
    for (const auto& [path, needed] : inside) {
      EXPECT_EQ(Send(server->internal_port(), path).status == 200, role == needed) << path;
      EXPECT_EQ(Send(server->internal_port(), path).status != 404, role == needed) << path;
      if (has_public) {
        EXPECT_EQ(Send(server->public_port(), path).status, 404) << path;
      }
    }
    for (const char* path : {"/health", "/live", "/openapi.json", "/metrics"}) {
      EXPECT_EQ(Send(server->internal_port(), path, "", "GET").status, 200) << path;
    }
  }
}

// Two that publish. What one changes, or an operator beside them, the other knows after one
// interval of jobs.refresh, without being asked.
class RefreshTest : public SplitTest {
 protected:
  void SetUp() override {
    SplitTest::SetUp();
    settings_.jobs.refresh = seconds(10);
    one_ = Start({Role::kPublish});
    other_ = Start({Role::kPublish});
  }

  // Turns the clock by one interval and waits until it shows, for at most as long as a server might
  // take to look.
  void ExpectAfterOneRefresh(const std::function<bool()>& shows) {
    EXPECT_FALSE(shows()) << "before anything was read anew";
    clock_.Advance(settings_.jobs.refresh);
    other_->WakeSchedule();
    constexpr int kLooksMax = 10'000;
    int looks = 0;
    while (!shows() && ++looks < kLooksMax) continue;
    EXPECT_LT(looks, kLooksMax);
  }

  void AddApp(store::AuthorizedApp app) {
    app.name = kApp;
    app.regions = {"US"};
    ASSERT_TRUE(one_->store().AddAuthorizedApp(app).ok());
  }
  static store::AuthorizedApp OfAnybody() {
    store::AuthorizedApp app;
    app.bypass_certificate = true;
    return app;
  }

  phone::Tek NewKey(std::int32_t days_old) {
    std::array<std::uint8_t, exposure::KeyData::kSize> data{};
    random_.Fill(data);
    const std::int32_t today = exposure::IntervalAt(exposure::UtcMidnight(clock_.Now())).number;
    return {exposure::KeyData(data), {today - days_old * exposure::kRollingPeriodMax}};
  }
  http::Response Upload(Server& server, const std::vector<phone::Tek>& keys,
                        const std::string& token = "") {
    const phone::UploadContent content =
        phone::PrepareUpload(kApp, keys, {}, token, authority_, clock_.Now(), random_);
    return Send(server.public_port(), "/v1/publish", phone::UploadBody(content, random_));
  }
  bool Accepts(Server& server) { return Upload(server, {NewKey(1)}).status == 200; }

  std::unique_ptr<Server> one_;
  std::unique_ptr<Server> other_;
  const phone::HealthAuthority authority_{{}, crypto::EcdsaPrivateKey::Generate()};
};

TEST_P(RefreshTest, AnAppThatWasAdded) {
  AddApp(OfAnybody());
  ExpectAfterOneRefresh([this] { return Accepts(*other_); });
}

TEST_P(RefreshTest, AnAppThatWasRemoved) {
  AddApp(OfAnybody());
  ASSERT_TRUE(other_->Refresh().ok());
  ASSERT_TRUE(one_->store().RemoveAuthorizedApp(kApp).ok());
  ExpectAfterOneRefresh([this] { return Upload(*other_, {NewKey(1)}).status == 401; });
}

TEST_P(RefreshTest, Maintenance) {
  ASSERT_TRUE(one_->store().SetMaintenance(true).ok());
  ExpectAfterOneRefresh([this] { return Upload(*other_, {NewKey(1)}).status == 429; });
}

// One reads the health authority's document; the other knows the keys in it from the database.
TEST_P(RefreshTest, KeysFromTheDocumentOfAHealthAuthority) {
  http::FunctionHandler document([this](const http::Request&) {
    http::Response response;
    response.body = jwks::testing::Document(
        {jwks::testing::Jwk(authority_.identity().key_version, authority_.PublicKeyPem())});
    return response;
  });
  http::Router router;
  router.Add({.path = "/jwks", .handler = &document});
  const auto website = http::Server::Start({}, router, log_);
  ASSERT_TRUE(website.ok()) << website.status();
  store::HealthAuthority authority;
  authority.issuer = authority_.identity().issuer;
  authority.audience = authority_.identity().audience;
  authority.name = "authority";
  authority.jwks_uri = fmt::format("http://127.0.0.1:{}/jwks", (*website)->port());
  const auto id = one_->store().AddHealthAuthority(authority);
  ASSERT_TRUE(id.ok()) << id.status();
  store::AuthorizedApp app;
  app.health_authority_ids = {*id};
  AddApp(app);
  ASSERT_TRUE(other_->Refresh().ok());
  ASSERT_EQ(Send(one_->internal_port(), "/sync-keys").body, R"({"ok":true})");
  ExpectAfterOneRefresh([this] { return Accepts(*other_); });
}

TEST_P(RefreshTest, RevisionKeys) {
  AddApp(OfAnybody());
  clock_.Advance(settings_.rotation.new_key_period);
  ASSERT_TRUE(other_->Refresh().ok());
  ASSERT_EQ(Send(one_->internal_port(), "/rotate-keys").body, R"({"ok":true})");
  // One reads the key and, once it has settled, seals with it.
  clock_.Advance(settings_.tokens.settling);
  ASSERT_TRUE(one_->Refresh().ok());
  const std::vector<phone::Tek> keys = {NewKey(1), NewKey(2)};
  const http::Response taken = Upload(*one_, {keys[0]});
  ASSERT_EQ(taken.status, 200) << taken.body;
  const std::string mark = R"("revisionToken":")";
  const std::size_t begin = taken.body.find(mark) + mark.size();
  const std::string token = taken.body.substr(begin, taken.body.find('"', begin) - begin);
  EXPECT_EQ(Upload(*one_, keys).status, 400) << "known keys with another one need a token";
  ExpectAfterOneRefresh([&] { return Upload(*other_, keys, token).status == 200; });
}

std::string NameOf(const ::testing::TestParamInfo<StoreLocation::Engine>& engine) {
  return store::testing::EngineName(engine.param);
}
INSTANTIATE_TEST_SUITE_P(Engines, RolesTest, ::testing::Values(StoreLocation::Engine::kSqlite),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Engines, RefreshTest,
                         ::testing::Values(StoreLocation::Engine::kSqlite,
                                           StoreLocation::Engine::kPostgres),
                         NameOf);

}  // namespace
}  // namespace enks::server
