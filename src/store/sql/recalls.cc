#include "store/sql/recalls.h"

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "base/random.h"
#include "store/runs/key_recaller.h"
#include "store/sql/columns.h"
#include "store/sql/outcome.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {
namespace {

std::string Named(std::int64_t recall_id) {
  return fmt::format("recall {}", recall_id);
}

Recall RecallOf(const Row& row) {
  Recall recall;
  recall.id = row.Int(0);
  recall.operator_name = row.Text(1);
  recall.reason = row.Text(2);
  recall.selection.health_authority_id = OptionalInt(row, 3);
  recall.issuer = row.Text(4);
  recall.selection.certificate_key_version = row.Text(5);
  recall.selection.app = row.Text(6);
  recall.selection.released_from = OptionalTime(row, 7);
  recall.selection.released_thru = OptionalTime(row, 8);
  recall.started_at = TimeOf(row.Int(9));
  recall.finished_at = OptionalTime(row, 10);
  recall.counts = {.revoked = row.Int(11), .withdrawn = row.Int(12), .padding = row.Int(13)};
  return recall;
}

}  // namespace

Status AddToRecall(Connection& connection, std::int64_t recall_id, const RecallCounts& done) {
  return ExpectFound(
      connection.Execute("UPDATE recall SET revoked = revoked + $1, withdrawn = withdrawn + $2,"
                         " padding = padding + $3 WHERE recall_id = $4",
                         {done.revoked, done.withdrawn, done.padding, recall_id}),
      Named(recall_id));
}

Result<std::vector<Recall>> SqlStore::Recalls() {
  std::vector<Recall> recalls;
  const auto collect = [&](const Row& row) {
    recalls.push_back(RecallOf(row));
    return absl::OkStatus();
  };
  ENKS_TRY(Read([&](Connection& connection) {
    return connection
        .Execute(
            "SELECT recall_id, operator_name, reason, authority_id, issuer, key_version, app,"
            " released_from, released_thru, started_at, finished_at, revoked, withdrawn, padding"
            " FROM recall ORDER BY recall_id DESC",
            {}, collect)
        .status();
  }));
  return recalls;
}

Result<std::int64_t> SqlStore::AddRecall(const Recall& recall) {
  ENKS_TRY(CheckSelection(recall.selection));
  const RecallSelection& selection = recall.selection;
  std::int64_t id = 0;
  ENKS_TRY(Write([&](Connection& connection) -> Status {
    ENKS_ASSIGN(id,
                InsertedId(connection,
                           "INSERT INTO recall (operator_name, reason, authority_id, issuer,"
                           " key_version, app, released_from, released_thru, started_at,"
                           " revoked, withdrawn, padding)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0)"
                           " RETURNING recall_id",
                           {std::string_view(recall.operator_name), std::string_view(recall.reason),
                            OrNull(selection.health_authority_id), std::string_view(recall.issuer),
                            std::string_view(selection.certificate_key_version),
                            std::string_view(selection.app), OrNull(selection.released_from),
                            OrNull(selection.released_thru), Seconds(recall.started_at)}));
    return absl::OkStatus();
  }));
  return id;
}

Status SqlStore::FinishRecall(std::int64_t id, UnixTime at) {
  return Write([&](Connection& connection) {
    return ExpectFound(connection.Execute("UPDATE recall SET finished_at = $1 WHERE recall_id = $2",
                                          {Seconds(at), id}),
                       Named(id));
  });
}

Result<RecallForecast> SqlStore::ForecastRecall(const RecallSelection& selection) {
  ENKS_TRY(CheckSelection(selection));
  base::SystemRandom random;
  return runs::KeyRecaller(*database_, limits_, random, log_).Forecast(selection);
}

Status SqlStore::CarryOutRecall(const Recall& recall, UnixTime release_at,
                                const RecallProgress& progress) {
  ENKS_TRY(CheckSelection(recall.selection));
  base::SystemRandom random;
  return runs::KeyRecaller(*database_, limits_, random, log_)
      .CarryOut(recall, release_at, progress);
}

}  // namespace enks::store::sql
