#include "server/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>
#include <vector>

#include "attestation/challenge_endpoint.h"
#include "authority/directory.h"
#include "base/worker_pool.h"
#include "exports/triggers.h"
#include "http/connection_room.h"
#include "http/router.h"
#include "metrics/endpoint.h"
#include "secrets/file_key_manager.h"
#include "server/attestation_gate.h"
#include "server/file_store_remover.h"
#include "server/folder_checks.h"
#include "server/health.h"
#include "server/jobs.h"
#include "server/openapi.h"
#include "server/scheduler.h"
#include "server/settings_load.h"
#include "store/open.h"

namespace enks::server {
namespace {

// A trigger path has at most one request that is not answered at once, so a worker and a place for
// each mean that no trigger waits for another's job and none is refused.
constexpr std::size_t kTriggers = 6;
// Answers of statistics read the database: a few at a time, and no more waiting than that takes
// seconds for.
constexpr std::size_t kStatisticsThreads = 2;
constexpr std::size_t kStatisticsWaitingMax = 32;
// The internal address has connections of its own, out of http::kDescriptorsReserved, so that
// strangers who fill the public one do not lock the operator out.
constexpr std::size_t kInternalConnectionsMax = 64;
constexpr std::size_t kSmallBodyBytesMax = 4'096;

class ServerImpl final : public Server {
 public:
  ServerImpl(const Settings& settings, const Environment& environment,
             std::unique_ptr<store::Store> store)
      : settings_(settings),
        environment_(environment),
        store_(std::move(store)),
        keys_(secrets::MakeFileKeyManager(settings.Resolve(settings.key_folder), environment.files,
                                          environment.random)),
        files_(
            exports::MakeFolderStore(settings.Resolve(settings.files_folder), environment.files)),
        directory_(*store_),
        export_job_(settings.exports, *store_, *keys_, *files_, environment.clock,
                    environment.random, environment.log),
        remover_(*files_),
        cleaner_(settings.retention, *store_, remover_, environment.clock, environment.log),
        tokens_(std::make_shared<tokens::RevisionTokens>(settings.tokens, *store_, *keys_,
                                                         environment.clock, environment.random)),
        rotator_(settings.rotation, settings.tokens.sealing_key, *store_, *keys_, environment.clock,
                 environment.random, environment.log),
        documents_(jwks::MakeHttpFetcher(settings.jwks.Limits())),
        key_sync_(settings.jwks.rules, *store_, *documents_, environment.clock, environment.log),
        jobs_(export_job_, cleaner_, rotator_, key_sync_, metrics_, environment.clock),
        health_worker_(1, 1),
        statistics_workers_(kStatisticsThreads, kStatisticsWaitingMax),
        trigger_workers_(kTriggers, kTriggers) {}

  ~ServerImpl() override { Stop(); }

  Status Begin();

  std::uint16_t public_port() const override { return public_ ? public_->port() : 0; }
  std::uint16_t internal_port() const override { return internal_ ? internal_->port() : 0; }
  store::Store& store() override { return *store_; }

  Status Refresh() override;
  Status ReadPolicies() override;
  Status RunExports() override {
    ENKS_TRY(jobs_.CreateBatches());
    return jobs_.DoWork();
  }
  Status RunCleanup() override {
    ENKS_TRY(jobs_.CleanKeys());
    return jobs_.CleanFiles();
  }
  void WakeSchedule() override;
  void Stop() override;

 private:
  Status ReadPublicKeys();
  Status ReadRevisionKeys();
  Status ReadMaintenance();
  void AddPublicRoutes();
  void AddPublishRoutes();
  void AddInternalRoutes();
  void AddTrigger(std::string_view path, Status (Jobs::*job)());
  http::Handler* Own(std::unique_ptr<http::Handler> handler);
  Result<std::unique_ptr<http::Server>> Listen(const ListenAddress& address,
                                               const http::Router& router, int threads,
                                               std::size_t connections_max);
  void StartSchedule();
  std::vector<Scheduler::Job> PeriodicJobs();

  // In the order in which they are built; they go in reverse.
  const Settings settings_;
  const Environment environment_;
  metrics::Metrics metrics_;
  const std::unique_ptr<store::Store> store_;
  const std::unique_ptr<secrets::FileKeyManager> keys_;
  const std::unique_ptr<exports::FileStore> files_;
  authority::Directory directory_;
  exports::ExportJob export_job_;
  FileStoreRemover remover_;
  retention::Cleaner cleaner_;
  // Shared with answers that wait for the store, which may be given when the endpoint is gone.
  const std::shared_ptr<tokens::RevisionTokens> tokens_;
  tokens::Rotator rotator_;
  const std::unique_ptr<jwks::DocumentFetcher> documents_;
  jwks::SyncJob key_sync_;
  Jobs jobs_;
  std::atomic<bool> in_maintenance_{false};
  std::unique_ptr<attestation::PolicyGate> gate_;  // null: no app attests its devices
  std::vector<std::unique_ptr<http::Handler>> handlers_;
  exports::PublicKeysEndpoint* public_keys_ = nullptr;  // owned by handlers_; null without files
  http::Handler* health_ = nullptr;  // owned by handlers_; one for both listeners
  // These go before the handlers and jobs their tasks use.
  base::WorkerPool health_worker_;
  base::WorkerPool statistics_workers_;
  base::WorkerPool trigger_workers_;
  http::Router public_routes_;
  http::Router internal_routes_;
  std::unique_ptr<http::Server> public_;
  std::unique_ptr<http::Server> internal_;
  std::unique_ptr<Scheduler> scheduler_;
  // Apart, because an export may take minutes, and for so long a key that a health authority has
  // revoked would go on vouching.
  std::unique_ptr<Scheduler> refresher_;
  // Apart likewise: the web server of a health authority may take its time.
  std::unique_ptr<Scheduler> key_syncer_;
};

Status ServerImpl::Begin() {
  if (settings_.Has(Role::kFiles)) {
    auto endpoint = exports::MakePublicKeysEndpoint(*store_, *keys_, environment_.clock);
    public_keys_ = endpoint.get();
    handlers_.push_back(std::move(endpoint));
  }
  // Answers before apps and authorities are known would refuse every upload, so they come first.
  ENKS_TRY(directory_.Refresh());
  ENKS_TRY(ReadPublicKeys());
  ENKS_TRY(ReadRevisionKeys());
  ENKS_TRY(ReadMaintenance());
  ENKS_ASSIGN(gate_, OpenGate(settings_, environment_, *store_, metrics_));
  health_ = Own(
      MakeHealthEndpoint([this] { return store_->Ping(); }, health_worker_, environment_.clock));
  const std::size_t connections =
      http::MakeRoomForConnections(settings_.http.connections_max, environment_.log);
  if (settings_.ServesPhones()) {
    AddPublicRoutes();
    ENKS_ASSIGN(public_,
                Listen(settings_.listen_public, public_routes_, settings_.threads, connections));
  }
  AddInternalRoutes();
  ENKS_ASSIGN(internal_, Listen(settings_.listen_internal, internal_routes_, 1,
                                std::min(connections, kInternalConnectionsMax)));
  StartSchedule();
  environment_.log.Info("started", {{"public_port", std::int64_t{public_port()}},
                                    {"internal_port", std::int64_t{internal_port()}}});
  return absl::OkStatus();
}

http::Handler* ServerImpl::Own(std::unique_ptr<http::Handler> handler) {
  handlers_.push_back(std::move(handler));
  return handlers_.back().get();
}

// Every route of the public address, in one place.
void ServerImpl::AddPublicRoutes() {
  public_routes_.Add({"/health", health_, kSmallBodyBytesMax});
  public_routes_.Add({"/live", Own(MakeLivenessEndpoint()), kSmallBodyBytesMax});
  public_routes_.Add({"/openapi.json", Own(MakeOpenApiEndpoint()), kSmallBodyBytesMax});
  if (settings_.Has(Role::kPublish)) AddPublishRoutes();
  if (settings_.Has(Role::kFiles)) {
    public_routes_.Add({"/files/*", Own(exports::MakeFilesEndpoint(settings_.serving, *files_)),
                        kSmallBodyBytesMax});
    public_routes_.Add({"/v1/keys", public_keys_, kSmallBodyBytesMax});
  }
}

void ServerImpl::AddPublishRoutes() {
  const auto in_maintenance = [this] { return in_maintenance_.load(); };
  const publish::PublishParts publish_parts{
      directory_,       *store_,  tokens_,     environment_.clock, environment_.random,
      environment_.log, metrics_, gate_.get(), in_maintenance};
  public_routes_.Add({"/v1/publish",
                      Own(publish::MakePublishEndpoint(settings_.publish, publish_parts)),
                      publish::kBodyBytesMax});
  if (settings_.v1alpha1) {
    public_routes_.Add({"/",
                        Own(publish::MakePublishEndpoint(settings_.publish, publish_parts,
                                                         publish::Api::kV1Alpha1)),
                        publish::kBodyBytesMax});
  }
  if (gate_ != nullptr) {
    const http::PaddingSize padding{settings_.publish.padding_bytes_min,
                                    settings_.publish.padding_bytes_range};
    public_routes_.Add({"/v1/attestation-challenge",
                        Own(attestation::MakeChallengeEndpoint(
                            gate_->challenges(), padding, environment_.clock, environment_.random)),
                        kSmallBodyBytesMax});
  }
  const stats::StatsParts statistics_parts{
      directory_,
      *store_,
      environment_.clock,
      environment_.random,
      in_maintenance,
      [this](std::function<void()> task) { return statistics_workers_.Submit(std::move(task)); }};
  public_routes_.Add({"/v1/stats",
                      Own(stats::MakeStatsEndpoint(settings_.statistics, statistics_parts)),
                      stats::kBodyBytesMax});
}

// Every route of the internal address, in one place. Paths of the export triggers as in
// spec/export-pipeline.md section 8; the two cleanup services and the one for JWKS each answer at
// `/` there, which one listener cannot (docs/divergences.md).
void ServerImpl::AddInternalRoutes() {
  internal_routes_.Add({"/health", health_, kSmallBodyBytesMax});
  internal_routes_.Add({"/live", Own(MakeLivenessEndpoint()), kSmallBodyBytesMax});
  internal_routes_.Add({"/openapi.json", Own(MakeOpenApiEndpoint()), kSmallBodyBytesMax});
  internal_routes_.Add(
      {"/metrics", Own(metrics::MakeMetricsEndpoint(metrics_)), kSmallBodyBytesMax});
  if (settings_.Has(Role::kExport)) {
    AddTrigger("/create-batches", &Jobs::CreateBatches);
    AddTrigger("/do-work", &Jobs::DoWork);
  }
  if (settings_.Has(Role::kCleanup)) {
    AddTrigger("/cleanup-exposure", &Jobs::CleanKeys);
    AddTrigger("/cleanup-export", &Jobs::CleanFiles);
  }
  if (settings_.Has(Role::kPublish)) {
    AddTrigger("/rotate-keys", &Jobs::RotateKeys);
    AddTrigger("/sync-keys", &Jobs::SyncKeys);
  }
}

void ServerImpl::AddTrigger(std::string_view path, Status (Jobs::*job)()) {
  const auto executor = [this](std::function<void()> task) {
    trigger_workers_.Submit(std::move(task));
  };
  internal_routes_.Add(
      {std::string(path),
       Own(exports::MakeJobTrigger([this, job] { return (jobs_.*job)(); }, executor)),
       kSmallBodyBytesMax});
}

Result<std::unique_ptr<http::Server>> ServerImpl::Listen(const ListenAddress& address,
                                                         const http::Router& router, int threads,
                                                         std::size_t connections_max) {
  http::Server::Options options;
  options.host = address.host;
  options.port = address.port;
  options.threads = threads;
  options.limits = settings_.http;
  options.limits.connections_max = connections_max;
  return http::Server::Start(options, router, environment_.log);
}

void ServerImpl::StartSchedule() {
  scheduler_ = std::make_unique<Scheduler>(PeriodicJobs(), environment_.clock, environment_.random);
  std::vector<Scheduler::Job> refresh;
  refresh.push_back({"refresh", settings_.jobs.refresh, [this] { Refresh().IgnoreError(); },
                     FirstRun::kAfterInterval});
  if (gate_ != nullptr) {
    refresh.push_back({"read-policies", settings_.jobs.read_policies,
                       [this] { ReadPolicies().IgnoreError(); }, FirstRun::kAfterInterval});
  }
  refresher_ =
      std::make_unique<Scheduler>(std::move(refresh), environment_.clock, environment_.random);
  std::vector<Scheduler::Job> sync;
  if (settings_.Has(Role::kPublish)) {
    sync.push_back(
        {"sync-keys", settings_.jobs.sync_keys, [this] { jobs_.SyncKeys().IgnoreError(); }});
  }
  key_syncer_ =
      std::make_unique<Scheduler>(std::move(sync), environment_.clock, environment_.random);
}

std::vector<Scheduler::Job> ServerImpl::PeriodicJobs() {
  // A job reports its own failure in the log; the schedule goes on.
  std::vector<Scheduler::Job> jobs;
  if (settings_.Has(Role::kExport)) {
    jobs.push_back({"create-batches", settings_.jobs.create_batches,
                    [this] { jobs_.CreateBatches().IgnoreError(); }});
    jobs.push_back({"do-work", settings_.jobs.do_work, [this] { jobs_.DoWork().IgnoreError(); }});
  }
  if (settings_.Has(Role::kCleanup)) {
    jobs.push_back({"cleanup", settings_.jobs.cleanup, [this] {
                      jobs_.CleanKeys().IgnoreError();
                      jobs_.CleanFiles().IgnoreError();
                    }});
  }
  if (settings_.Has(Role::kPublish)) {
    jobs.push_back(
        {"rotate-keys", settings_.jobs.rotate_keys, [this] { jobs_.RotateKeys().IgnoreError(); }});
  }
  return jobs;
}

Status ServerImpl::ReadPolicies() {
  return gate_ == nullptr ? absl::OkStatus() : RefreshGate(*gate_, environment_.log);
}

Status ServerImpl::ReadPublicKeys() {
  return public_keys_ == nullptr ? absl::OkStatus() : public_keys_->Refresh();
}

Status ServerImpl::ReadRevisionKeys() {
  return settings_.Has(Role::kPublish) ? tokens_->Refresh() : absl::OkStatus();
}

Status ServerImpl::ReadMaintenance() {
  ENKS_ASSIGN(const bool on, store_->InMaintenance());
  const bool now = on || settings_.publish.maintenance;
  if (in_maintenance_.exchange(now) != now) {
    environment_.log.Info(now ? "maintenance: uploads are told to come later"
                              : "maintenance is over: uploads are taken");
  }
  return absl::OkStatus();
}

// Each part does without the others: a signing key that cannot be read must not keep a revoked app.
Status ServerImpl::Refresh() {
  Status directory = directory_.Refresh();
  if (!directory.ok()) {
    environment_.log.Error(
        "apps and health authorities could not be read anew; the old ones stay in use",
        {{"reason", MessageOf(directory)}});
  }
  const Status keys = ReadPublicKeys();
  if (!keys.ok()) {
    environment_.log.Error("public keys could not be read anew; /v1/keys answers the old ones",
                           {{"reason", MessageOf(keys)}});
  }
  const Status maintenance = ReadMaintenance();
  if (!maintenance.ok()) {
    environment_.log.Error("whether there is maintenance could not be read anew",
                           {{"reason", MessageOf(maintenance)}});
  }
  const Status revision_keys = ReadRevisionKeys();
  if (!revision_keys.ok()) {
    environment_.log.Error("revision keys could not be read anew; the old ones stay in use",
                           {{"reason", MessageOf(revision_keys)}});
  }
  directory.Update(keys);
  directory.Update(revision_keys);
  directory.Update(maintenance);
  return directory;
}

void ServerImpl::WakeSchedule() {
  if (scheduler_) scheduler_->Wake();
  if (refresher_) refresher_->Wake();
  if (key_syncer_) key_syncer_->Wake();
}

void ServerImpl::Stop() {
  // No new work, then no new requests; the store finishes what it has accepted when it goes. The
  // refresher outlasts the last export, since uploads are still taken meanwhile.
  export_job_.Stop();  // at most one more batch
  key_sync_.Stop();    // at most one more document
  scheduler_.reset();
  key_syncer_.reset();
  refresher_.reset();
  if (public_) public_->Stop();
  if (internal_) internal_->Stop();
  if (gate_) gate_->Stop();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(const Settings& settings,
                                              const Environment& environment) {
  ENKS_TRY(CheckSettings(settings));
  ENKS_TRY(CheckFolders(settings, environment.files));
  ENKS_ASSIGN(const store::StoreLocation location, settings.Location());
  ENKS_ASSIGN(auto store,
              store::OpenStore(location, settings.store, environment.clock, environment.log,
                               settings.Has(Role::kPublish) ? store::KeyLoading::kNow
                                                            : store::KeyLoading::kFirstUpload));
  auto server = std::make_unique<ServerImpl>(settings, environment, std::move(store));
  ENKS_TRY(server->Begin());
  return server;
}

}  // namespace enks::server
