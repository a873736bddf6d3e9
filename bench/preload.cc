#include "preload.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "scenario/installation.h"
#include "store/runs/padding.h"
#include "store/sql/transaction.h"

namespace enks::bench {
namespace {

using std::chrono::hours;

constexpr std::int64_t kStepKeys = 250'000;
constexpr std::uint64_t kSeed = 7;
constexpr int kPhoneDays = 14;

exposure::AcceptedKey MakeKey(exposure::Window window, base::Random& random) {
  const auto hour_count = static_cast<std::uint64_t>((window.end - window.start) / hours(1));
  const auto days_ago = static_cast<std::int32_t>(random.Below(kPhoneDays)) + 1;
  const exposure::Interval day = exposure::IntervalAt(exposure::UtcMidnight(window.start));
  std::array<std::uint8_t, exposure::KeyData::kSize> data{};
  random.Fill(data);
  exposure::AcceptedKey key;
  key.key = exposure::KeyData(data);
  key.rolling_start = {day.number - days_ago * exposure::kRollingPeriodMax};
  key.rolling_period = exposure::kRollingPeriodMax;
  key.report_type = exposure::ReportType::kConfirmed;
  key.days_since_onset = 4 - days_ago;
  key.release_at = window.start + hours(random.Below(hour_count));
  return key;
}

store::Origin UploadOrigin() {
  store::Origin origin;
  origin.app = scenario::kApp;
  origin.regions = {scenario::kRegion};
  return origin;
}

std::int64_t FileBytes(const std::filesystem::path& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return missing ? 0 : static_cast<std::int64_t>(size);
}

}  // namespace

void Preload(store::sql::Connection& connection, exposure::Window window, std::int64_t keys) {
  base::SeededRandom random(kSeed);
  const store::Origin origin = UploadOrigin();
  for (std::int64_t done = 0; done < keys; done += kStepKeys) {
    std::vector<exposure::AcceptedKey> step;
    step.reserve(kStepKeys);
    for (std::int64_t i = done; i < std::min(keys, done + kStepKeys); ++i) {
      step.push_back(MakeKey(window, random));
    }
    const Status stored =
        store::sql::InTransaction(connection, store::sql::TransactionKind::kWrite, [&]() -> Status {
          ENKS_TRY(connection.LockKeyWriters());
          return store::runs::AddPadding(connection, origin, step,
                                         store::StoreLimits{}.run_keys_max);
        });
    ENKS_CHECK(stored.ok());
  }
}

std::int64_t DiskBytes(const store::StoreLocation& location, store::sql::Connection& connection) {
  if (location.engine == store::StoreLocation::Engine::kSqlite) {
    return FileBytes(location.target) + FileBytes(location.target + "-wal");
  }
  std::int64_t bytes = 0;
  const auto asked = connection.Execute("SELECT pg_database_size(current_database())", {},
                                        [&bytes](const store::sql::Row& row) -> Status {
                                          bytes = row.Int(0);
                                          return absl::OkStatus();
                                        });
  ENKS_CHECK(asked.ok());
  return bytes;
}

}  // namespace enks::bench
