#include "store/sql/authority_hours.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "store/sql/columns.h"
#include "store/sql/outcome.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {
namespace {

using exposure::HourCounts;

template <std::size_t kSize>
std::string BucketsText(const std::array<std::int64_t, kSize>& buckets) {
  return ToJson(std::vector<std::int64_t>(buckets.begin(), buckets.end()));
}

template <std::size_t kSize>
Status ReadBuckets(const Row& row, int column, std::array<std::int64_t, kSize>& buckets) {
  std::vector<std::int64_t> read;
  ENKS_TRY(ReadList(row, column, read));
  if (read.size() != kSize) {
    return absl::InternalError(
        fmt::format("a distribution in authority_hour has {} buckets", read.size()));
  }
  std::copy(read.begin(), read.end(), buckets.begin());
  return absl::OkStatus();
}

// Columns from `first` on, in the order in which both queries name them.
Status ReadCounts(const Row& row, int first, HourCounts& counts) {
  counts.uploads = {row.Int(first), row.Int(first + 1), row.Int(first + 2)};
  counts.keys = row.Int(first + 3);
  counts.uploads_with_revisions = row.Int(first + 4);
  counts.uploads_without_onset = row.Int(first + 5);
  ENKS_TRY(ReadBuckets(row, first + 6, counts.key_ages));
  return ReadBuckets(row, first + 7, counts.onset_ages);
}

Status WriteHour(Connection& connection, std::int64_t authority_id, UnixTime hour,
                 const HourCounts& counts) {
  const std::string key_ages = BucketsText(counts.key_ages);
  const std::string onset_ages = BucketsText(counts.onset_ages);
  return connection
      .Execute(
          "INSERT INTO authority_hour (authority_id, hour, uploads_unknown, uploads_android,"
          " uploads_ios, keys, uploads_with_revisions, uploads_without_onset, key_ages, onset_ages)"
          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
          " ON CONFLICT (authority_id, hour) DO UPDATE SET"
          " uploads_unknown = excluded.uploads_unknown,"
          " uploads_android = excluded.uploads_android, uploads_ios = excluded.uploads_ios,"
          " keys = excluded.keys, uploads_with_revisions = excluded.uploads_with_revisions,"
          " uploads_without_onset = excluded.uploads_without_onset,"
          " key_ages = excluded.key_ages, onset_ages = excluded.onset_ages",
          {authority_id, Seconds(hour), counts.uploads[0], counts.uploads[1], counts.uploads[2],
           counts.keys, counts.uploads_with_revisions, counts.uploads_without_onset,
           std::string_view(key_ages), std::string_view(onset_ages)})
      .status();
}

}  // namespace

Result<std::optional<HourCounts>> ReadHour(Connection& connection, std::int64_t authority_id,
                                           UnixTime hour) {
  std::optional<HourCounts> counts;
  ENKS_TRY(connection
               .Execute("SELECT uploads_unknown, uploads_android, uploads_ios, keys,"
                        " uploads_with_revisions, uploads_without_onset, key_ages, onset_ages"
                        " FROM authority_hour WHERE authority_id = $1 AND hour = $2",
                        {authority_id, Seconds(hour)},
                        [&](const Row& row) { return ReadCounts(row, 0, counts.emplace()); })
               .status());
  return counts;
}

Status AddToHour(Connection& connection, std::int64_t authority_id, UnixTime hour,
                 const HourCounts& counts) {
  ENKS_ASSIGN(
      const bool is_there,
      Exists(connection, "SELECT 1 FROM health_authority WHERE authority_id = $1", {authority_id}));
  if (!is_there) return absl::OkStatus();
  ENKS_ASSIGN(std::optional<HourCounts> sum, ReadHour(connection, authority_id, hour));
  if (!sum) sum.emplace();
  *sum += counts;
  return WriteHour(connection, authority_id, hour, *sum);
}

Result<std::vector<AuthorityHour>> SqlStore::Statistics(std::int64_t authority_id) {
  std::vector<AuthorityHour> hours;
  const auto collect = [&](const Row& row) {
    AuthorityHour& hour = hours.emplace_back();
    hour.start = TimeOf(row.Int(0));
    return ReadCounts(row, 1, hour.counts);
  };
  ENKS_TRY(Read([&](Connection& connection) {
    return connection
        .Execute(
            "SELECT hour, uploads_unknown, uploads_android, uploads_ios, keys,"
            " uploads_with_revisions, uploads_without_onset, key_ages, onset_ages"
            " FROM authority_hour WHERE authority_id = $1 ORDER BY hour",
            {authority_id}, collect)
        .status();
  }));
  return hours;
}

Result<std::int64_t> SqlStore::DeleteStatisticsBefore(UnixTime cutoff) {
  std::int64_t deleted = 0;
  ENKS_TRY(Write([&](Connection& connection) -> Status {
    ENKS_ASSIGN(deleted, connection.Execute("DELETE FROM authority_hour WHERE hour < $1",
                                            {Seconds(cutoff)}));
    return absl::OkStatus();
  }));
  return deleted;
}

}  // namespace enks::store::sql
