#include "server/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "authority/directory.h"
#include "base/worker_pool.h"
#include "exports/triggers.h"
#include "http/connection_room.h"
#include "http/router.h"
#include "secrets/file_key_manager.h"
#include "server/health.h"
#include "server/jobs.h"
#include "server/scheduler.h"
#include "server/settings_load.h"
#include "store/open.h"

namespace enks::server {
namespace {

constexpr std::size_t kWorkers = 2;
constexpr std::size_t kWorkerQueueMax = 64;
// The internal address has connections of its own, out of http::kDescriptorsReserved, so that
// strangers who fill the public one do not lock the operator out.
constexpr std::size_t kInternalConnectionsMax = 64;
constexpr std::size_t kSmallBodyBytesMax = 4'096;

// Lets retention/ remove objects without knowing exports/.
class FileStoreRemover final : public retention::ObjectRemover {
 public:
  explicit FileStoreRemover(exports::FileStore& files) : files_(files) {}
  Status Remove(std::string_view bucket, std::string_view name) override {
    return files_.Remove(bucket, name);
  }

 private:
  exports::FileStore& files_;
};

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
        jobs_(export_job_, cleaner_, environment.log),
        workers_(kWorkers, kWorkerQueueMax) {}

  ~ServerImpl() override { Stop(); }

  Status Begin();

  std::uint16_t public_port() const override { return public_ ? public_->port() : 0; }
  std::uint16_t internal_port() const override { return internal_ ? internal_->port() : 0; }
  store::Store& store() override { return *store_; }

  Status Refresh() override;
  Status RunExports() override {
    ENKS_TRY(jobs_.CreateBatches());
    return jobs_.DoWork();
  }
  Status RunCleanup() override {
    ENKS_TRY(jobs_.CleanKeys());
    return jobs_.CleanFiles();
  }
  void Stop() override;

 private:
  void AddPublicRoutes();
  void AddInternalRoutes();
  void AddTrigger(std::string_view path, Status (Jobs::*job)());
  http::Handler* Own(std::unique_ptr<http::Handler> handler);
  Result<std::unique_ptr<http::Server>> Listen(const ListenAddress& address,
                                               const http::Router& router, int threads,
                                               std::size_t connections_max);
  std::vector<Scheduler::Job> ScheduledJobs();

  // In the order in which they are built; they go in reverse.
  const Settings settings_;
  const Environment environment_;
  const std::unique_ptr<store::Store> store_;
  const std::unique_ptr<secrets::KeyManager> keys_;
  const std::unique_ptr<exports::FileStore> files_;
  authority::Directory directory_;
  exports::ExportJob export_job_;
  FileStoreRemover remover_;
  retention::Cleaner cleaner_;
  Jobs jobs_;
  std::vector<std::unique_ptr<http::Handler>> handlers_;
  exports::PublicKeysEndpoint* public_keys_ = nullptr;  // owned by handlers_; null without files
  base::WorkerPool workers_;  // goes before the handlers and jobs its tasks use
  http::Router public_routes_;
  http::Router internal_routes_;
  std::unique_ptr<http::Server> public_;
  std::unique_ptr<http::Server> internal_;
  std::unique_ptr<Scheduler> scheduler_;
};

Status ServerImpl::Begin() {
  if (settings_.Has(Role::kFiles)) {
    auto endpoint = exports::MakePublicKeysEndpoint(*store_, *keys_, environment_.clock);
    public_keys_ = endpoint.get();
    handlers_.push_back(std::move(endpoint));
  }
  // Answers before the first refresh would refuse every upload, so it comes first.
  ENKS_TRY(Refresh());
  const std::size_t connections =
      http::MakeRoomForConnections(settings_.http.connections_max, environment_.log);
  const bool serves_phones = settings_.Has(Role::kPublish) || settings_.Has(Role::kFiles);
  if (serves_phones) {
    AddPublicRoutes();
    ENKS_ASSIGN(public_,
                Listen(settings_.listen_public, public_routes_, settings_.threads, connections));
  }
  AddInternalRoutes();
  ENKS_ASSIGN(internal_, Listen(settings_.listen_internal, internal_routes_, 1,
                                std::min(connections, kInternalConnectionsMax)));
  scheduler_ = std::make_unique<Scheduler>(ScheduledJobs(), environment_.clock);
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
  const auto probe = [this] { return store_->Ping(); };
  public_routes_.Add({"/health", Own(MakeHealthEndpoint(probe, workers_, environment_.clock)),
                      kSmallBodyBytesMax});
  public_routes_.Add({"/live", Own(MakeLivenessEndpoint()), kSmallBodyBytesMax});
  if (settings_.Has(Role::kPublish)) {
    public_routes_.Add({"/v1/publish",
                        Own(publish::MakePublishEndpoint(settings_.publish, directory_, *store_,
                                                         environment_.clock, environment_.random,
                                                         environment_.log)),
                        publish::kBodyBytesMax});
  }
  if (settings_.Has(Role::kFiles)) {
    public_routes_.Add({"/files/*", Own(exports::MakeFilesEndpoint(settings_.serving, *files_)),
                        kSmallBodyBytesMax});
    public_routes_.Add({"/v1/keys", public_keys_, kSmallBodyBytesMax});
  }
}

// Every route of the internal address, in one place. Paths as in spec/export-pipeline.md section 8.
void ServerImpl::AddInternalRoutes() {
  const auto probe = [this] { return store_->Ping(); };
  internal_routes_.Add({"/health", Own(MakeHealthEndpoint(probe, workers_, environment_.clock)),
                        kSmallBodyBytesMax});
  internal_routes_.Add({"/live", Own(MakeLivenessEndpoint()), kSmallBodyBytesMax});
  if (settings_.Has(Role::kExport)) {
    AddTrigger("/create-batches", &Jobs::CreateBatches);
    AddTrigger("/do-work", &Jobs::DoWork);
  }
  if (settings_.Has(Role::kCleanup)) {
    AddTrigger("/cleanup-exposure", &Jobs::CleanKeys);
    AddTrigger("/cleanup-export", &Jobs::CleanFiles);
  }
}

void ServerImpl::AddTrigger(std::string_view path, Status (Jobs::*job)()) {
  const auto executor = [this](std::function<void()> task) { workers_.Submit(std::move(task)); };
  internal_routes_.Add({std::string(path),
                        Own(exports::MakeJobTrigger(
                            std::string(path.substr(1)), [this, job] { return (jobs_.*job)(); },
                            executor, environment_.log)),
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

std::vector<Scheduler::Job> ServerImpl::ScheduledJobs() {
  // A job reports its own failure in the log; the schedule goes on.
  std::vector<Scheduler::Job> jobs;
  jobs.push_back({"refresh", settings_.jobs.refresh, [this] { Refresh().IgnoreError(); }});
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
  return jobs;
}

Status ServerImpl::Refresh() {
  Status status = directory_.Refresh();
  if (status.ok() && public_keys_ != nullptr) status = public_keys_->Refresh();
  if (!status.ok()) {
    environment_.log.Error("refresh failed; the old configuration stays in use",
                           {{"reason", MessageOf(status)}});
  }
  return status;
}

void ServerImpl::Stop() {
  // No new work, then no new requests; the store finishes what it has accepted when it goes.
  scheduler_.reset();
  if (public_) public_->Stop();
  if (internal_) internal_->Stop();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(const Settings& settings,
                                              const Environment& environment) {
  ENKS_TRY(CheckSettings(settings));
  ENKS_ASSIGN(const store::StoreLocation location, settings.Location());
  ENKS_ASSIGN(auto store,
              store::OpenStore(location, settings.store, environment.clock, environment.log));
  auto server = std::make_unique<ServerImpl>(settings, environment, std::move(store));
  ENKS_TRY(server->Begin());
  return server;
}

}  // namespace enks::server
