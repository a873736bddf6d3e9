#include "store/testing/postgres_server.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <libpq-fe.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>

#include "base/check.h"
#include "base/clock.h"
#include "store/open.h"

namespace enks::store::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kStartMax{120};
// Between two attempts to connect while the server starts.
constexpr milliseconds kAttemptPause{20};

// The keeper, a shell script. It makes and starts the server, waits until its standard input ends
// (the test program closed it, or died), ends the server and removes the folder. PostgreSQL refuses
// to run as root, so root turns into the package's user. --pdeathsig: should the keeper itself be
// killed, the server goes, too.
constexpr const char* kKeeper = R"sh(
folder=$1
bin=/usr/lib/postgresql/15/bin
user=
if [ "$(id -u)" = 0 ]; then
  user='--reuid=postgres --regid=postgres --init-groups'
  chown postgres: "$folder"
fi
cd "$folder"
if setpriv $user $bin/initdb -D data -U enks -A trust -E UTF8 --locale=C -N >>log 2>&1; then
  setpriv $user --pdeathsig QUIT $bin/postgres -D data -k "$folder" \
    -c listen_addresses= -c max_connections=60 -c shared_buffers=32MB -c fsync=on >>log 2>&1 &
  read -r _
  kill -QUIT $!
  wait $!
else
  cat log >&2
fi
cd /
rm -rf "$folder"
)sh";

struct FinishSession {
  void operator()(PGconn* session) const { PQfinish(session); }
};
using Session = std::unique_ptr<PGconn, FinishSession>;

Session ConnectTo(const std::string& target) {
  return Session(PQconnectdb(target.c_str()));
}

// A pipe whose ends no other program inherits.
std::array<int, 2> MakePipe() {
  std::array<int, 2> ends = {-1, -1};
  ENKS_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
  return ends;
}

// Waits until the keeper ends, which is a failure, but not longer than until the next attempt.
bool KeeperEnded(int from_keeper) {
  pollfd wait = {from_keeper, POLLIN, 0};
  return ::poll(&wait, 1, static_cast<int>(kAttemptPause.count())) > 0;
}

}  // namespace

PostgresServer& PostgresServer::OfThisProgram() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() {
  StartKeeper();
  AwaitReady();
}

PostgresServer::~PostgresServer() {
  ::close(to_keeper_);
  while (::waitpid(keeper_, nullptr, 0) < 0 && errno == EINTR) {
  }
  ::close(from_keeper_);
}

void PostgresServer::StartKeeper() {
  const auto [keeper_reads, we_write] = MakePipe();
  const auto [we_read, keeper_writes] = MakePipe();
  to_keeper_ = we_write;
  from_keeper_ = we_read;

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, keeper_reads, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, keeper_writes, STDOUT_FILENO);
  // A session of its own: Ctrl-C ends the tests, and through the pipe the server.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);

  std::array<std::string, 5> words = {"sh", "-c", kKeeper, "keeper", folder_.path()};
  std::array<char*, 6> arguments = {words[0].data(), words[1].data(), words[2].data(),
                                    words[3].data(), words[4].data(), nullptr};
  ENKS_CHECK(::posix_spawn(&keeper_, "/bin/sh", &files, &attributes, arguments.data(), environ) ==
             0);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  ::close(keeper_reads);
  ::close(keeper_writes);
}

void PostgresServer::AwaitReady() {
  const base::SystemClock clock;
  const auto deadline = clock.Monotonic() + kStartMax;
  while (PQstatus(ConnectTo(Target("postgres")).get()) != CONNECTION_OK) {
    ENKS_CHECK(!KeeperEnded(from_keeper_));
    ENKS_CHECK(clock.Monotonic() < deadline);
  }
}

std::string PostgresServer::Target(const std::string& name) const {
  return fmt::format("host={} user=enks dbname={}", folder_.path().string(), name);
}

std::string PostgresServer::CreateDatabase(Schema schema) {
  const std::lock_guard lock(mutex_);
  if (schema == Schema::kMigrated && !has_template_) MakeTemplate();
  const std::string name = fmt::format("test_{}", ++databases_);
  Administrate(fmt::format("CREATE DATABASE {} TEMPLATE {}", name,
                           schema == Schema::kMigrated ? "migrated" : "template0"));
  return name;
}

void PostgresServer::MakeTemplate() {
  Administrate("CREATE DATABASE migrated TEMPLATE template0");
  ENKS_CHECK(Migrate({StoreLocation::Engine::kPostgres, Target("migrated")}).ok());
  has_template_ = true;
}

void PostgresServer::DropDatabase(const std::string& name) {
  Administrate(fmt::format("DROP DATABASE {} WITH (FORCE)", name));
}

void PostgresServer::EndSessions(const std::string& name) {
  Administrate(fmt::format(
      "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{}'", name));
}

void PostgresServer::Administrate(const std::string& statement) {
  const Session session = ConnectTo(Target("postgres"));
  PGresult* const answer = PQexec(session.get(), statement.c_str());
  const ExecStatusType status = PQresultStatus(answer);
  PQclear(answer);
  ENKS_CHECK(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK);
}

}  // namespace enks::store::testing
