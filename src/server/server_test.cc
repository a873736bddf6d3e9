#include "server/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>

#include "base/test_folder.h"
#include "base/virtual_clock.h"
#include "http/client.h"
#include "secrets/file_key_manager.h"
#include "server/testing/awaited_log.h"
#include "server/testing/gate.h"
#include "server/timetable.h"
#include "store/open.h"

namespace enks::server {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::AwaitedLog;
using testing::Gate;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kApp = "org.example.app";

// The real file system, whose next new file can be made to wait.
class GatedFiles final : public base::Files {
 public:
  void HoldNext(Gate& gate) { gate_ = &gate; }

  Result<std::unique_ptr<base::PendingFile>> Create(const std::filesystem::path& path,
                                                    base::FileMode mode) override {
    if (Gate* const gate = gate_.exchange(nullptr)) gate->Pass();
    return files_.Create(path, mode);
  }
  Result<base::Bytes> Read(const std::filesystem::path& path, std::uint64_t bytes_max) override {
    return files_.Read(path, bytes_max);
  }
  Result<std::uint64_t> Size(const std::filesystem::path& path) override {
    return files_.Size(path);
  }
  Result<std::filesystem::perms> Permissions(const std::filesystem::path& path) override {
    return files_.Permissions(path);
  }
  Status Remove(const std::filesystem::path& path) override { return files_.Remove(path); }
  Result<std::vector<std::string>> List(const std::filesystem::path& folder) override {
    return files_.List(folder);
  }

 private:
  base::SystemFiles files_;
  std::atomic<Gate*> gate_ = nullptr;
};

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    settings_.data_folder = folder_.path();
    settings_.listen_public = {"127.0.0.1", 0};
    settings_.listen_internal = {"127.0.0.1", 0};
    // Tests switch on what they are about.
    settings_.jobs = JobSchedule::Off();
  }

  void SetUp() override {
    ASSERT_TRUE(store::Migrate(*settings_.Location()).ok());
    ASSERT_TRUE(KeyFiles()->CreateSealingKey(settings_.tokens.sealing_key).ok());
  }

  std::unique_ptr<secrets::FileKeyManager> KeyFiles() {
    return secrets::MakeFileKeyManager(settings_.Resolve(settings_.key_folder), system_files_,
                                       random_);
  }

  Result<std::unique_ptr<Server>> TryStart() {
    return Server::Start(settings_, {clock_, random_, files_, log_});
  }
  void Start() {
    auto server = TryStart();
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  std::string StartFault() {
    const auto server = TryStart();
    return server.ok() ? "<started>" : std::string(MessageOf(server.status()));
  }

  void AddApp() {
    store::AuthorizedApp app;
    app.name = kApp;
    app.regions = {"US"};
    ASSERT_TRUE(server_->store().AddAuthorizedApp(app).ok());
    ASSERT_TRUE(server_->Refresh().ok());
  }
  // One whose index is written at the next export.
  void AddExport() {
    store::ExportConfig config;
    config.bucket = "bucket";
    config.filename_root = "root";
    config.output_region = "US";
    config.from = clock_.Now() - hours(24);
    const auto added = server_->store().AddExportConfig(config);
    ASSERT_TRUE(added.ok()) << added.status();
  }

  static http::Response Send(std::uint16_t port, const std::string& path,
                             const std::string& body = "") {
    const auto answer =
        http::Client::Create({})->Send("POST", fmt::format("http://127.0.0.1:{}{}", port, path),
                                       {{"Content-Type", "application/json"}}, body);
    EXPECT_TRUE(answer.ok()) << path << ": " << answer.status();
    return answer.ok() ? *answer : http::Response{};
  }
  http::Response SendOutside(const std::string& path, const std::string& body = "") {
    return Send(server_->public_port(), path, body);
  }
  http::Response SendInside(const std::string& path) {
    return Send(server_->internal_port(), path);
  }
  std::string Upload() {
    return SendOutside("/v1/publish", fmt::format(R"({{"healthAuthorityID":"{}"}})", kApp)).body;
  }

  void Turn(seconds by) {
    clock_.Advance(by);
    server_->WakeSchedule();
  }

  const base::TestFolder folder_;
  base::VirtualClock clock_{base::UnixTime(seconds(1'700'000'000))};
  base::SystemRandom random_;
  base::SystemFiles system_files_;
  GatedFiles files_;
  AwaitedLog log_;
  Settings settings_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, HealthIsToldOnBothListenersAndTriggersWorkOnlyInside) {
  Start();
  for (const char* path : {"/health", "/live"}) {
    EXPECT_EQ(SendOutside(path).status, 200) << path;
    EXPECT_EQ(SendInside(path).status, 200) << path;
  }
  for (const char* path : {"/create-batches", "/do-work", "/cleanup-exposure", "/cleanup-export",
                           "/rotate-keys", "/sync-keys"}) {
    EXPECT_EQ(SendInside(path).body, R"({"ok":true})") << path;
    EXPECT_EQ(SendOutside(path).status, 404) << path;
  }
  EXPECT_EQ(SendInside("/").status, 404);
}

TEST_F(ServerTest, WithoutARoleForPhonesNoPublicAddressIsOpened) {
  settings_.roles = {Role::kExport, Role::kCleanup};
  Start();
  EXPECT_EQ(server_->public_port(), 0);
  EXPECT_EQ(SendInside("/health").status, 200);
}

TEST_F(ServerTest, ADatabaseThatIsNotThereStopsTheStart) {
  settings_.database = "sqlite:other.db";
  EXPECT_THAT(StartFault(), HasSubstr("enks init"));
}

TEST_F(ServerTest, AKeyFolderOpenToOthersStopsTheStart) {
  std::filesystem::create_directory(folder_.path() / "keys");
  std::filesystem::permissions(folder_.path() / "keys", std::filesystem::perms(0777));
  EXPECT_THAT(StartFault(), HasSubstr("chmod 700"));
  std::filesystem::permissions(folder_.path() / "keys", std::filesystem::perms(0700));
  Start();
}

TEST_F(ServerTest, ATakenAddressStopsTheStartAndLeavesNothingBehind) {
  Start();
  const ListenAddress free = settings_.listen_internal;
  settings_.listen_internal.port = server_->internal_port();
  EXPECT_THAT(StartFault(), HasSubstr("another program"));
  settings_.listen_internal = free;
  settings_.listen_public.port = server_->public_port();
  EXPECT_THAT(StartFault(), HasSubstr("another program"));
  EXPECT_EQ(SendOutside("/health").status, 200) << "the first server goes on";
  server_.reset();
  Start();
  EXPECT_EQ(server_->public_port(), settings_.listen_public.port);
}

TEST_F(ServerTest, AMissingSealingKeyStopsTheStartWhereTokensAreMade) {
  std::filesystem::remove_all(folder_.path() / "keys" / "revision-token");
  EXPECT_THAT(StartFault(), HasSubstr("revision-token"));
  settings_.roles = {Role::kExport, Role::kFiles, Role::kCleanup};
  Start();
}

TEST_F(ServerTest, MaintenanceIsSwitchedForARunningServer) {
  Start();
  AddApp();
  ASSERT_TRUE(server_->store().SetMaintenance(true).ok());
  ASSERT_TRUE(server_->Refresh().ok());
  EXPECT_EQ(SendOutside("/v1/publish", "{}").status, 429);
  EXPECT_EQ(SendOutside("/v1/stats", "{}").status, 429);
  EXPECT_EQ(SendOutside("/health").status, 200);
  ASSERT_TRUE(server_->store().SetMaintenance(false).ok());
  ASSERT_TRUE(server_->Refresh().ok());
  EXPECT_EQ(SendOutside("/v1/publish", "{}").status, 401);
  EXPECT_THAT(log_.Text(), HasSubstr("maintenance is over"));
}

TEST_F(ServerTest, TheSettingKeepsMaintenanceOn) {
  settings_.publish.maintenance = true;
  Start();
  ASSERT_TRUE(server_->Refresh().ok());
  EXPECT_EQ(SendOutside("/v1/stats", "{}").status, 429);
}

TEST_F(ServerTest, TheOlderApiIsThereOnlyWhenSwitchedOn) {
  Start();
  EXPECT_EQ(SendOutside("/", "{}").status, 404);
  server_.reset();
  settings_.v1alpha1 = true;
  Start();
  const http::Response response = SendOutside("/", "{}");
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(response.body, HasSubstr(R"("insertedExposures":0)"));
}

TEST_F(ServerTest, StatisticsAreAnsweredToTokensOnly) {
  Start();
  const http::Response response = SendOutside("/v1/stats", "{}");
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(response.body, HasSubstr("unauthorized"));
}

class ServerKeysTest : public ServerTest {
 protected:
  void AddSigningKey(std::string_view reference) {
    ASSERT_TRUE(KeyFiles()->CreateSigningKey(reference).ok());
    const auto store = store::OpenStore(*settings_.Location(), {}, clock_, log_);
    ASSERT_TRUE(store.ok()) << store.status();
    store::SignatureInfo info;
    info.signing_key = reference;
    info.key_id = "310";
    info.key_version = "v1";
    info.from = clock_.Now() - hours(1);
    ASSERT_TRUE((*store)->AddSignatureInfo(info).ok());
  }
  void LoseSigningKey() { std::filesystem::remove(folder_.path() / "keys" / "v1.pem"); }
};

TEST_F(ServerKeysTest, AFirstReadThatFailsStopsTheStartAndClaimsNoOlderConfiguration) {
  AddSigningKey("file://v1.pem");
  LoseSigningKey();
  EXPECT_THAT(StartFault(), HasSubstr("v1.pem"));
  EXPECT_THAT(log_.Text(), Not(HasSubstr("old ones")));
}

TEST_F(ServerKeysTest, ASigningKeyThatIsLostKeepsNoAppAndItsPublicHalfStaysKnown) {
  AddSigningKey("file://v1.pem");
  Start();
  AddApp();
  LoseSigningKey();
  ASSERT_TRUE(server_->store().RemoveAuthorizedApp(kApp).ok());
  EXPECT_FALSE(server_->Refresh().ok());
  EXPECT_THAT(Upload(), HasSubstr("unknown_health_authority_id"));
  EXPECT_THAT(log_.Text(), HasSubstr("/v1/keys answers the old ones"));
  EXPECT_THAT(log_.Text(), Not(HasSubstr("apps and health authorities")));
  const auto keys = http::Client::Create({})->Send(
      "GET", fmt::format("http://127.0.0.1:{}/v1/keys", server_->public_port()), {}, "");
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_THAT(keys->body, HasSubstr("BEGIN PUBLIC KEY"));
}

TEST_F(ServerTest, AnAppThatIsRemovedDuringALongExportIsRefusedMeanwhile) {
  settings_.jobs.do_work = seconds(60);
  settings_.jobs.refresh = seconds(10);
  Start();
  AddApp();
  AddExport();
  Gate gate;
  files_.HoldNext(gate);
  Turn(kFirstRunAfter + kFirstRunSpread);
  gate.WaitForArrival();
  ASSERT_THAT(Upload(), Not(HasSubstr("unknown_health_authority_id")));
  ASSERT_TRUE(server_->store().RemoveAuthorizedApp(kApp).ok());
  constexpr int kRequestsMax = 10'000;
  int requests = 0;
  while (Upload().find("unknown_health_authority_id") == std::string::npos) {
    ASSERT_LT(++requests, kRequestsMax) << "the removed app is still taken";
    Turn(settings_.jobs.refresh);
  }
  gate.Open();
}

TEST_F(ServerTest, ADailyCleanupRunsSoonAfterTheStart) {
  settings_.jobs.cleanup = hours(24);
  Start();
  Turn(kFirstRunAfter + kFirstRunSpread);
  log_.WaitFor("old keys deleted");
  log_.WaitFor("old export files deleted");
}

TEST_F(ServerTest, WhileATriggeredExportRunsEverythingElseAnswers) {
  Start();
  AddExport();
  Gate gate;
  files_.HoldNext(gate);
  auto export_answer = std::async(std::launch::async, [this] { return SendInside("/do-work"); });
  gate.WaitForArrival();
  EXPECT_EQ(SendOutside("/health").status, 200);
  EXPECT_EQ(SendInside("/health").status, 200);
  EXPECT_EQ(SendInside("/do-work").body, "{\"error\":\"too early\"}\n");
  for (const char* path : {"/create-batches", "/cleanup-exposure", "/cleanup-export"}) {
    EXPECT_EQ(SendInside(path).body, R"({"ok":true})") << path;
  }
  gate.Open();
  EXPECT_EQ(export_answer.get().body, R"({"ok":true})");
}

TEST_F(ServerTest, StoppingLetsARunningExportEnd) {
  settings_.jobs.do_work = seconds(60);
  Start();
  AddExport();
  Gate gate;
  files_.HoldNext(gate);
  Turn(kFirstRunAfter + kFirstRunSpread);
  gate.WaitForArrival();
  const auto stopped = std::async(std::launch::async, [this] { server_->Stop(); });
  gate.Open();
  stopped.wait();
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "files" / "bucket" / "root" / "index.txt"));
}

TEST_F(ServerTest, StoppingUnderLoadAnswersOrClosesEveryRequestAndIsIdempotent) {
  Start();
  AddApp();
  const std::uint16_t outside = server_->public_port();
  const std::uint16_t inside = server_->internal_port();
  constexpr int kAnswersBeforeStop = 200;
  std::atomic<int> answers = 0;
  // Asks until there is no server any more.
  const auto load = [&answers](std::uint16_t port, const std::string& path) {
    const auto client = http::Client::Create({});
    const std::string url = fmt::format("http://127.0.0.1:{}{}", port, path);
    while (true) {
      const auto answer = client->Send("POST", url, {{"Content-Type", "application/json"}}, "{}");
      if (!answer.ok()) return answer.status();
      EXPECT_NE(answer->status, 500) << path;
      ++answers;
      answers.notify_all();
    }
  };
  std::vector<std::future<Status>> clients;
  for (const char* path : {"/v1/publish", "/health", "/v1/keys"}) {
    clients.push_back(std::async(std::launch::async, load, outside, path));
  }
  for (const char* path : {"/health", "/do-work", "/cleanup-exposure"}) {
    clients.push_back(std::async(std::launch::async, load, inside, path));
  }
  for (int seen = 0; seen < kAnswersBeforeStop; seen = answers) answers.wait(seen);
  server_->Stop();
  for (auto& client : clients) EXPECT_TRUE(absl::IsUnavailable(client.get()));
  server_->Stop();
  server_->WakeSchedule();
}

}  // namespace
}  // namespace enks::server
