// How many uploads a second the write path stores, durably, on both engines, in an empty database
// and in a full one; beside a plain loop of append and fsync on the same disk.
//
//   enks_store_bench SECONDS KEYS [sqlite|postgres]
//
// SECONDS each figure is measured for, KEYS in the full database.

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "store/runs/key_reader.h"
#include "store/runs/key_writer.h"
#include "store/runs/padding.h"
#include "store/runs/testing/uploads.h"
#include "store/sql/transaction.h"
#include "store/testing/scratch_database.h"

namespace enks::store {
namespace {

using runs::KeyWriter;
using runs::testing::kHour;
using runs::testing::kRelease;
using std::chrono::nanoseconds;

constexpr int kKeysOfUpload = 14;
constexpr int kPreloadStep = 250'000;  // keys a transaction, while the database is filled
constexpr int kPreloadHours = 14 * 24;

struct Load {
  int producers;
  int waiting_each;  // uploads that a producer keeps waiting for their answers
};
constexpr std::array kLoads = {Load{1, 1}, Load{8, 1}, Load{2, 32}, Load{4, 64}, Load{4, 256}};

double Seconds(nanoseconds span) {
  return std::chrono::duration<double>(span).count();
}

// What this process has computed so far, producers included. On a machine that does other things,
// too, it says more than the time that passed.
nanoseconds ProcessorTime() {
  rusage usage = {};
  ENKS_CHECK(::getrusage(RUSAGE_SELF, &usage) == 0);
  const auto span = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return span(usage.ru_utime) + span(usage.ru_stime);
}

// A phone's keys: all but the newest come out this hour, that one tomorrow, when it has expired.
KeyUpload PhoneUpload(base::Random& random) {
  KeyUpload upload = runs::testing::MakeUpload(random, kKeysOfUpload);
  upload.keys.back().release_at = kRelease + 24 * kHour;
  return upload;
}

// One thread that submits uploads and keeps a number of them waiting. Remembers how long each took.
class Producer {
 public:
  Producer(KeyWriter& writer, const base::Clock& clock, int waiting_max, std::uint64_t seed)
      : writer_(writer), clock_(clock), waiting_max_(waiting_max), random_(seed) {}

  void Run(nanoseconds until) {
    while (clock_.Monotonic() < until) {
      KeyUpload upload = PhoneUpload(random_);
      AwaitWaiting(waiting_max_ - 1);
      const nanoseconds start = clock_.Monotonic();
      {
        const std::lock_guard lock(mutex_);
        ++waiting_;
      }
      writer_.Submit(std::move(upload), [this, start](const Result<UploadOutcome>& outcome) {
        ENKS_CHECK(outcome.ok() && outcome->inserted == kKeysOfUpload);
        const std::lock_guard lock(mutex_);
        --waiting_;
        latencies_.push_back(clock_.Monotonic() - start);
        answered_.notify_one();
      });
    }
    AwaitWaiting(0);
  }

  const std::vector<nanoseconds>& latencies() const { return latencies_; }

 private:
  void AwaitWaiting(int at_most) {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] { return waiting_ <= at_most; });
  }

  KeyWriter& writer_;
  const base::Clock& clock_;
  const int waiting_max_;
  base::SeededRandom random_;
  std::mutex mutex_;
  std::condition_variable answered_;
  int waiting_ = 0;                     // guarded by mutex_
  std::vector<nanoseconds> latencies_;  // guarded by mutex_ until Run() is over
};

double Milliseconds(std::vector<nanoseconds>& latencies, double quantile) {
  const auto at = latencies.begin() +
                  static_cast<std::ptrdiff_t>(quantile * static_cast<double>(latencies.size() - 1));
  std::nth_element(latencies.begin(), at, latencies.end());
  return Seconds(*at) * 1e3;
}

void MeasureLoad(KeyWriter& writer, const base::Clock& clock, const Load& load, int seconds) {
  static std::uint64_t seed = 1;
  const KeyWriter::Stats before = writer.stats();
  const nanoseconds start = clock.Monotonic();
  const nanoseconds processor_start = ProcessorTime();
  std::vector<std::unique_ptr<Producer>> producers;
  std::vector<std::thread> threads;
  for (int i = 0; i < load.producers; ++i) {
    producers.push_back(std::make_unique<Producer>(writer, clock, load.waiting_each, ++seed));
    threads.emplace_back([producer = producers.back().get(), start, seconds] {
      producer->Run(start + std::chrono::seconds(seconds));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double span = Seconds(clock.Monotonic() - start);
  const double processor = Seconds(ProcessorTime() - processor_start);

  std::vector<nanoseconds> latencies;
  for (const auto& producer : producers) {
    latencies.insert(latencies.end(), producer->latencies().begin(), producer->latencies().end());
  }
  const KeyWriter::Stats after = writer.stats();
  const auto uploads = static_cast<double>(latencies.size());
  const auto commits = static_cast<double>(after.commits - before.commits);
  fmt::print(
      "    {} x {:3} waiting: {:6.0f} uploads/s, {:5.0f} commits/s, {:5.1f} uploads and {:4.0f} KB "
      "a "
      "commit, p50 {:6.2f} ms, p99 {:6.2f} ms, {:5.1f} us processor an upload\n",
      load.producers, load.waiting_each, uploads / span, commits / span, uploads / commits,
      static_cast<double>(after.bytes_written - before.bytes_written) / commits / 1e3,
      Milliseconds(latencies, 0.5), Milliseconds(latencies, 0.99), processor / uploads * 1e6);
}

// As many keys as an epidemic leaves in fourteen days.
void Preload(sql::Connection& connection, int keys) {
  base::SeededRandom random(7);
  Origin origin;
  origin.app = "org.example.app";
  origin.regions = {"US"};
  for (int done = 0; done < keys; done += kPreloadStep) {
    std::vector<exposure::AcceptedKey> step;
    for (int i = done; i < std::min(keys, done + kPreloadStep); ++i) {
      const auto hour = static_cast<int>(random.Below(kPreloadHours));
      step.push_back(runs::testing::MakeKey(random, kRelease - (hour + 1) * kHour));
    }
    const Status status =
        sql::InTransaction(connection, sql::TransactionKind::kWrite, [&]() -> Status {
          ENKS_TRY(connection.LockKeyWriters());
          return runs::AddPadding(connection, origin, step, StoreLimits{}.run_keys_max);
        });
    ENKS_CHECK(status.ok());
  }
}

void MeasureExport(sql::Connection& connection, const base::Clock& clock) {
  const nanoseconds start = clock.Monotonic();
  std::int64_t keys = 0;
  const exposure::Window always{UnixTime::min(), UnixTime::max()};
  const Status status = runs::ForEachKey(connection, always, KeyPass::kPrimary, {},
                                         [&keys](const ExportedKey&) -> Status {
                                           ++keys;
                                           return absl::OkStatus();
                                         });
  ENKS_CHECK(status.ok());
  const double span = Seconds(clock.Monotonic() - start);
  fmt::print("    read back: {} keys in {:.2f} s, {:.1f} M keys/s\n", keys, span,
             static_cast<double>(keys) / span / 1e6);
}

void MeasureEngine(StoreLocation::Engine engine, int keys, int seconds) {
  const base::SystemClock clock;
  base::StderrLog log(base::LogLevel::kWarning, base::LogFormat::kHuman, clock);
  base::SystemRandom random;
  const testing::ScratchDatabase scratch(engine);
  const auto database = scratch.Open();
  const auto connection = *database->Connect();
  Preload(*connection, keys);

  const nanoseconds start = clock.Monotonic();
  auto writer = KeyWriter::Start(*database, {}, random, log);
  ENKS_CHECK(writer.ok());
  const KeyWriter::Stats stats = (*writer)->stats();
  fmt::print("  {}, {} keys stored: index loaded in {:.2f} s, {:.1f} bytes a key\n",
             testing::EngineName(engine), keys, Seconds(clock.Monotonic() - start),
             keys == 0 ? 0.0 : static_cast<double>(stats.index_bytes) / keys);
  for (const Load& load : kLoads) MeasureLoad(**writer, clock, load, seconds);
  MeasureExport(*connection, clock);
}

// What the disk does: append 4 KB and sync, over and over.
void MeasureDisk(int seconds) {
  const base::SystemClock clock;
  const testing::TemporaryFolder folder;
  const int file =
      ::open((folder.path() / "appended").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ENKS_CHECK(file >= 0);
  const std::vector<char> page(4096, 'x');
  std::vector<nanoseconds> spans;
  const nanoseconds end = clock.Monotonic() + std::chrono::seconds(seconds);
  while (clock.Monotonic() < end) {
    const nanoseconds start = clock.Monotonic();
    ENKS_CHECK(::write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size()));
    ENKS_CHECK(::fsync(file) == 0);
    spans.push_back(clock.Monotonic() - start);
  }
  ::close(file);
  fmt::print("  disk: append 4 KB and fsync: {:.0f}/s, p50 {:.2f} ms, p99 {:.2f} ms\n",
             static_cast<double>(spans.size()) / seconds, Milliseconds(spans, 0.5),
             Milliseconds(spans, 0.99));
}

}  // namespace
}  // namespace enks::store

int main(int count, char** arguments) {
  using Engine = enks::store::StoreLocation::Engine;
  const int seconds = count > 1 ? std::atoi(arguments[1]) : 3;
  const int keys = count > 2 ? std::atoi(arguments[2]) : 10'000'000;
  const std::string_view only = count > 3 ? arguments[3] : "";
  if (seconds < 1 || keys < 0) return 2;
  for (const Engine engine : {Engine::kSqlite, Engine::kPostgres}) {
    if (only == "sqlite" && engine == Engine::kPostgres) continue;
    if (only == "postgres" && engine == Engine::kSqlite) continue;
    for (const int stored : {0, keys}) {
      enks::store::MeasureDisk(seconds);
      enks::store::MeasureEngine(engine, stored, seconds);
    }
  }
  return 0;
}
