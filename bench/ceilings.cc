#include "ceilings.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "crypto/digest.h"
#include "crypto/ecdsa.h"
#include "figure.h"

namespace enks::bench {
namespace {

using std::chrono::nanoseconds;

constexpr int kSignatures = 64;
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kHashedBytes = 1u << 20;
constexpr int kPlainRows = 100'000;
constexpr std::size_t kKeyBytes = 16;

// Processor time of this thread so far.
double CpuSeconds() {
  rusage usage{};
  ENKS_CHECK(::getrusage(RUSAGE_THREAD, &usage) == 0);
  const auto in_seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

// Runs `work` until `span` is over and returns how often it ran a second.
template <typename Work>
double RateOf(const base::Clock& clock, nanoseconds span, Work work) {
  const nanoseconds start = clock.Monotonic();
  std::int64_t runs = 0;
  while (clock.Monotonic() - start < span) {
    work(runs);
    ++runs;
  }
  return static_cast<double>(runs) / Seconds(clock.Monotonic() - start);
}

struct CloseSqlite {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Sqlite = std::unique_ptr<sqlite3, CloseSqlite>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

void Execute(sqlite3* database, const char* text) {
  ENKS_CHECK(sqlite3_exec(database, text, nullptr, nullptr, nullptr) == SQLITE_OK);
}

Sqlite OpenPlainTable(const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  ENKS_CHECK(sqlite3_open(file.c_str(), &opened) == SQLITE_OK);
  Sqlite database(opened);
  Execute(opened, "PRAGMA journal_mode = WAL");
  Execute(opened, "PRAGMA synchronous = FULL");
  Execute(opened,
          "CREATE TABLE plain (tek BLOB, start INTEGER, period INTEGER, risk INTEGER, "
          "report INTEGER, onset INTEGER, release_at INTEGER)");
  return database;
}

Statement PrepareInsert(sqlite3* database) {
  sqlite3_stmt* prepared = nullptr;
  ENKS_CHECK(sqlite3_prepare_v2(database, "INSERT INTO plain VALUES (?, ?, 144, 0, 1, 3, ?)", -1,
                                &prepared, nullptr) == SQLITE_OK);
  return Statement(prepared);
}

}  // namespace

VerificationRate MeasureVerifications(const base::Clock& clock, nanoseconds span) {
  const auto key = crypto::EcdsaPrivateKey::Generate();
  const auto public_key = key.PublicKey();
  std::vector<std::pair<crypto::Sha256Digest, crypto::Bytes>> signatures;
  for (std::uint8_t i = 0; i < kSignatures; ++i) {
    const crypto::Sha256Digest digest = crypto::Sha256(crypto::Bytes{i});
    signatures.emplace_back(digest, key.SignRaw(digest));
  }
  const double cpu_start = CpuSeconds();
  std::int64_t verified = 0;
  const double rate = RateOf(clock, span, [&](std::int64_t run) {
    const auto& [digest, signature] = signatures[static_cast<std::size_t>(run % kSignatures)];
    ENKS_CHECK(public_key.VerifyRaw(digest, signature));
    ++verified;
  });
  return {rate, (CpuSeconds() - cpu_start) / static_cast<double>(verified) * 1e6};
}

double MeasureSyncs(const std::filesystem::path& folder, const base::Clock& clock,
                    nanoseconds span) {
  const std::filesystem::path path = folder / "appended";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ENKS_CHECK(file >= 0);
  const std::vector<char> page(kPageBytes, 'x');
  const double rate = RateOf(clock, span, [&](std::int64_t) {
    ENKS_CHECK(::write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size()));
    ENKS_CHECK(::fsync(file) == 0);
  });
  ::close(file);
  std::filesystem::remove(path);
  return rate;
}

double MeasureSha256(const base::Clock& clock, nanoseconds span) {
  const crypto::Bytes bytes(kHashedBytes, 'x');
  const double rate =
      RateOf(clock, span, [&bytes](std::int64_t) { ENKS_CHECK(crypto::Sha256(bytes)[0] != 1); });
  return rate * static_cast<double>(kHashedBytes);
}

double MeasurePlainInserts(const std::filesystem::path& folder, const base::Clock& clock) {
  const std::filesystem::path subfolder = folder / "plain";
  std::filesystem::create_directory(subfolder);
  base::SeededRandom random(1);
  std::vector<std::array<std::uint8_t, kKeyBytes>> keys(kPlainRows);
  for (auto& key : keys) random.Fill(key);
  double span = 0;
  {
    const Sqlite database = OpenPlainTable(subfolder / "plain.db");
    const Statement insert = PrepareInsert(database.get());
    const nanoseconds start = clock.Monotonic();
    Execute(database.get(), "BEGIN");
    for (int row = 0; row < kPlainRows; ++row) {
      sqlite3_bind_blob(insert.get(), 1, keys[static_cast<std::size_t>(row)].data(), kKeyBytes,
                        SQLITE_STATIC);
      sqlite3_bind_int(insert.get(), 2, 2'700'000 + row % 14 * 144);
      sqlite3_bind_int64(insert.get(), 3, 1'700'000'000 + row / 1000);
      ENKS_CHECK(sqlite3_step(insert.get()) == SQLITE_DONE);
      sqlite3_reset(insert.get());
    }
    Execute(database.get(), "COMMIT");
    span = Seconds(clock.Monotonic() - start);
  }
  std::filesystem::remove_all(subfolder);
  return kPlainRows / span;
}

}  // namespace enks::bench
