// What one server does on one database that holds so many keys: uploads a second over HTTP, start,
// memory, export; beside each what the machine could do at that moment.
//
//   enks_publish_bench ENKS sqlite|postgres KEYS ROUNDS SECONDS
//
// ENKS the program to measure, KEYS in the database, ROUNDS of SECONDS each; 0 rounds: export only.
// The scratch files lie in $TMPDIR. Prints a line of JSON a figure; bench/run is the way to call
// it.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/check.h"
#include "ceilings.h"
#include "figure.h"
#include "http/client.h"
#include "installation.h"
#include "load_client.h"
#include "preload.h"
#include "scenario/installation.h"
#include "store/runs/key_reader.h"
#include "uploads.h"

namespace enks::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr milliseconds kCeilingSpan{300};
constexpr seconds kPathSpan{1};  // a round of the requests that are not stored
constexpr int kConnections = 50;
constexpr std::size_t kRepeatedRequests = 200;
constexpr std::size_t kFirstRequests = 1'000;  // warm up, and tell how many a round needs
constexpr std::size_t kRequestsMax = 40'000;   // made before a round: 400 MB
constexpr double kSpareRequests = 1.5;
constexpr std::int64_t kFileKeysMax = 500'000;  // export.file_max_records, default

struct Options {
  std::filesystem::path program;
  store::StoreLocation::Engine engine;
  std::int64_t keys;
  int rounds;
  seconds span;
};

const ExpectedAnswer kStored{200, R"("insertedExposures":14,)"};

// The values of a figure, round by round.
using Rounds = std::vector<double>;

// Uploads of one kind of load: their rate, latency and the server's processor time for each.
struct UploadRounds {
  Rounds per_second, p50_ms, p99_ms, cpu_us;

  void Add(const LoadResult& result, double cpu_seconds) {
    per_second.push_back(result.PerSecond());
    p50_ms.push_back(Quantile(result.milliseconds, 0.5));
    p99_ms.push_back(Quantile(result.milliseconds, 0.99));
    cpu_us.push_back(cpu_seconds / static_cast<double>(result.milliseconds.size()) * 1e6);
  }

  void ReportAs(const std::string& name) const {
    Report(name + ".rate", "1/s", per_second);
    Report(name + ".p50", "ms", p50_ms);
    Report(name + ".p99", "ms", p99_ms);
    Report(name + ".server_cpu", "us", cpu_us);
  }
};

// Rounds of uploads against one server, each beside its ceilings.
class PublishRounds {
 public:
  PublishRounds(const Options& options, const Installation& installation, ServerChild& server,
                const base::Clock& clock)
      : options_(options),
        installation_(installation),
        server_(server),
        clock_(clock),
        maker_(installation.authority(), clock, /*seed=*/1) {}

  void Run() {
    const LoadResult warm_up =
        Send(kConnections, options_.span, kStored, maker_.Accepted(kFirstRequests));
    expected_many_ = expected_one_ = warm_up.PerSecond();
    for (int round = 0; round < options_.rounds; ++round) RunRound();
  }

  void ReportAll() const {
    Report("ceiling.es256", "1/s", es256_);
    Report("ceiling.es256_cpu", "us", es256_cpu_);
    Report("ceiling.fsync", "1/s", fsync_);
    Report("ceiling.plain_insert", "rows/s", plain_);
    many_.ReportAs("publish.50_connections");
    one_.ReportAs("publish.1_connection");
    refused_.ReportAs("refused_at_last_check.50_connections");
    cover_.ReportAs("cover.50_connections");
  }

 private:
  void RunRound() {
    const VerificationRate verifications = MeasureVerifications(clock_, kCeilingSpan);
    es256_.push_back(verifications.per_second);
    es256_cpu_.push_back(verifications.cpu_microseconds);
    fsync_.push_back(MeasureSyncs(installation_.folder(), clock_, kCeilingSpan));
    plain_.push_back(MeasurePlainInserts(installation_.folder(), clock_));
    RunStored(kConnections, many_, expected_many_);
    RunStored(1, one_, expected_one_);
    RunRepeated(refused_, {401, ""}, maker_.RefusedAtLast(kRepeatedRequests));
    RunRepeated(cover_, {200, ""}, maker_.Cover(kRepeatedRequests));
  }

  void RunStored(int connections, UploadRounds& rounds, double& expected_per_second) {
    const double wanted = expected_per_second * Seconds(options_.span) * kSpareRequests;
    const auto count = std::min(static_cast<std::size_t>(wanted) + 100, kRequestsMax);
    const auto requests = maker_.Accepted(count);
    const double cpu_before = server_.CpuSeconds();
    const LoadResult result = Send(connections, options_.span, kStored, requests);
    rounds.Add(result, server_.CpuSeconds() - cpu_before);
    expected_per_second = result.PerSecond();
  }

  void RunRepeated(UploadRounds& rounds, const ExpectedAnswer& expected,
                   const std::vector<std::string>& requests) {
    const double cpu_before = server_.CpuSeconds();
    const LoadResult result =
        Send(kConnections, kPathSpan, expected, requests, Requests::kRepeated);
    rounds.Add(result, server_.CpuSeconds() - cpu_before);
  }

  LoadResult Send(int connections, nanoseconds span, const ExpectedAnswer& expected,
                  const std::vector<std::string>& requests, Requests kind = Requests::kOnce) {
    return RunLoad({installation_.ports().exposed, connections, span, kind, expected}, requests,
                   clock_);
  }

  const Options& options_;
  const Installation& installation_;
  ServerChild& server_;
  const base::Clock& clock_;
  UploadMaker maker_;
  double expected_many_ = 0;
  double expected_one_ = 0;
  Rounds es256_, es256_cpu_, fsync_, plain_;
  UploadRounds many_, one_, refused_, cover_;
};

void MeasurePublish(const Options& options, const Installation& installation,
                    const base::Clock& clock) {
  ServerChild server(options.program, installation.folder(), installation.ports().exposed, clock);
  Report("server.start", "s", {server.start_seconds()});
  Report("server.idle_memory", "MB", {server.MemoryMb()});
  PublishRounds rounds(options, installation, server, clock);
  rounds.Run();
  rounds.ReportAll();
  Report("server.memory_after_load", "MB", {server.PeakMemoryMb()});
}

// One reading of the keys that an export reads, without doing anything with them.
void MeasureReading(const Options& options, Installation& installation, const base::Clock& clock) {
  const auto connection = installation.Connect();
  std::int64_t keys = 0;
  const nanoseconds start = clock.Monotonic();
  const Status read =
      store::runs::ForEachKey(*connection, installation.window(), store::KeyPass::kPrimary, {},
                              [&keys](const store::ExportedKey&) -> Status {
                                ++keys;
                                return absl::OkStatus();
                              });
  ENKS_CHECK(read.ok() && keys == options.keys);
  const double span = Seconds(clock.Monotonic() - start);
  Report("ceiling.read", "keys/s", {static_cast<double>(keys) / span});
}

void Trigger(const Installation& installation, std::string_view path) {
  const auto client = http::Client::Create({.total_timeout = std::chrono::hours(1)});
  const auto answer = client->Send(
      "POST", fmt::format("http://127.0.0.1:{}{}", installation.ports().internal, path), {}, "");
  ENKS_CHECK(answer.ok() && answer->status == 200 && answer->body == R"({"ok":true})");
}

// Export files of the installation: how many, and their bytes.
struct Written {
  std::int64_t files = 0;
  double bytes = 0;
};
Written FilesOf(const Installation& installation) {
  Written written;
  const auto bucket = installation.folder() / "files" / scenario::kBucket;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(bucket)) {
    if (entry.path().extension() != ".zip") continue;
    ++written.files;
    written.bytes += static_cast<double>(entry.file_size());
  }
  return written;
}

void MeasureExport(const Options& options, Installation& installation, const base::Clock& clock) {
  Report("ceiling.sha256", "bytes/s", {MeasureSha256(clock, kCeilingSpan)});
  MeasureReading(options, installation, clock);
  ServerChild server(options.program, installation.folder(), installation.ports().exposed, clock);
  Report("export.memory_before", "MB", {server.MemoryMb()});
  server.ForgetPeak();
  const double cpu_before = server.CpuSeconds();
  const nanoseconds start = clock.Monotonic();
  Trigger(installation, "/create-batches");
  Trigger(installation, "/do-work");
  const double span = Seconds(clock.Monotonic() - start);
  const Written written = FilesOf(installation);
  ENKS_CHECK(written.files == (options.keys + kFileKeysMax - 1) / kFileKeysMax);
  Report("export.rate", "keys/s", {static_cast<double>(options.keys) / span});
  Report("export.seconds", "s", {span});
  Report("export.server_cpu", "s", {server.CpuSeconds() - cpu_before});
  Report("export.peak_memory", "MB", {server.PeakMemoryMb()});
  Report("export.file_bytes_a_key", "bytes", {written.bytes / static_cast<double>(options.keys)});
}

void FillDatabase(const Options& options, Installation& installation, const base::Clock& clock) {
  const auto empty_bytes = DiskBytes(installation.location(), *installation.Connect());
  const nanoseconds start = clock.Monotonic();
  Preload(*installation.Connect(), installation.window(), options.keys);
  fmt::print(stderr, "  {} keys stored in {:.0f} s\n", options.keys,
             Seconds(clock.Monotonic() - start));
  const auto bytes = DiskBytes(installation.location(), *installation.Connect()) - empty_bytes;
  Report("disk.bytes_a_key", "bytes",
         {static_cast<double>(bytes) / static_cast<double>(options.keys)});
}

void Measure(const Options& options) {
  const base::SystemClock clock;
  Installation installation(options.engine, clock);
  if (options.keys > 0) FillDatabase(options, installation, clock);
  if (options.rounds > 0) MeasurePublish(options, installation, clock);
  if (options.keys > 0) MeasureExport(options, installation, clock);
}

}  // namespace
}  // namespace enks::bench

int main(int count, char** arguments) {
  using Engine = enks::store::StoreLocation::Engine;
  if (count != 6) {
    fmt::print(stderr, "usage: {} ENKS sqlite|postgres KEYS ROUNDS SECONDS\n", arguments[0]);
    return 2;
  }
  const bool is_sqlite = std::string_view(arguments[2]) == "sqlite";
  enks::bench::Measure({.program = arguments[1],
                        .engine = is_sqlite ? Engine::kSqlite : Engine::kPostgres,
                        .keys = std::atoll(arguments[3]),
                        .rounds = std::atoi(arguments[4]),
                        .span = std::chrono::seconds(std::atoi(arguments[5]))});
  return 0;
}
