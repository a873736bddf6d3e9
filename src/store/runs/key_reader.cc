#include "store/runs/key_reader.h"

#include <optional>
#include <unordered_map>
#include <utility>

#include "store/runs/origin_table.h"
#include "store/runs/run_tables.h"
#include "store/sql/transaction.h"

namespace enks::store::runs {
namespace {

using exposure::KeySelection;
using sql::TransactionKind;

struct KnownOrigin {
  Origin origin;
  bool selected = false;  // regions are compared once an origin and not once a key
};
using KnownOrigins = std::unordered_map<std::uint32_t, KnownOrigin>;

Result<KnownOrigins> SelectOrigins(sql::Connection& connection, const KeySelection& selection) {
  KnownOrigins origins;
  ENKS_TRY(VisitOrigins(connection, [&](std::uint32_t id, const Origin& origin) -> Status {
    const bool selected = exposure::Selects(selection, origin.regions, origin.traveler);
    origins.emplace(id, KnownOrigin{origin, selected});
    return absl::OkStatus();
  }));
  return origins;
}

ExportedKey ExportedFrom(const KeyRecord& record, UnixTime release_at, const Origin& origin) {
  return {.key = record.key,
          .rolling_start = record.rolling_start,
          .rolling_period = record.rolling_period,
          .transmission_risk = record.transmission_risk,
          .report_type = record.report_type,
          .days_since_onset = record.days_since_onset,
          .release_at = release_at,
          .origin = &origin};
}

Status VisitSelected(const RunRow& run, const KnownOrigins& origins,
                     const std::function<Status(const ExportedKey&)>& visit) {
  for (std::size_t i = 0; i < run.records.size(); ++i) {
    const KeyRecord record = run.records.At(i);
    const auto known = origins.find(record.origin_id);
    if (known == origins.end()) {
      return absl::DataLossError("key_origin: a key names a row that is not there");
    }
    const auto& [origin, selected] = known->second;
    if (selected) ENKS_TRY(visit(ExportedFrom(record, run.slot.release_at, origin)));
  }
  return absl::OkStatus();
}

struct Found {
  KeyRecord record;
  UnixTime release_at;
};

KeyHistory HistoryOf(const Found& first, Origin origin) {
  return {.rolling_start = first.record.rolling_start,
          .rolling_period = first.record.rolling_period,
          .transmission_risk = first.record.transmission_risk,
          .report_type = first.record.original_report_type,
          .days_since_onset = first.record.days_since_onset,
          .release_at = first.release_at,
          .origin = std::move(origin),
          .revision = std::nullopt};
}

Result<KeyHistory> ReadHistory(sql::Connection& connection, const exposure::KeyData& key) {
  std::optional<Found> primary;
  std::optional<Found> revised;
  ENKS_TRY(VisitAllRuns(connection, [&](const RunRow& run) -> Status {
    const std::optional<KeyRecord> record = run.records.Find(key);
    if (!record) return absl::OkStatus();
    auto& found = run.slot.pass == KeyPass::kPrimary ? primary : revised;
    found = Found{*record, run.slot.release_at};
    return absl::OkStatus();
  }));
  if (!primary && !revised) return absl::NotFoundError("the key is not stored");

  const Found& first = primary ? *primary : *revised;
  ENKS_ASSIGN(Origin origin, ReadOrigin(connection, first.record.origin_id));
  KeyHistory history = HistoryOf(first, std::move(origin));
  if (!revised) return history;
  ENKS_ASSIGN(Origin revised_origin, ReadOrigin(connection, revised->record.origin_id));
  history.revision = {.release_at = revised->release_at,
                      .report_type = revised->record.report_type,
                      .transmission_risk = revised->record.transmission_risk,
                      .days_since_onset = revised->record.days_since_onset,
                      .origin = std::move(revised_origin)};
  return history;
}

}  // namespace

Status ForEachKey(sql::Connection& connection, exposure::Window window, KeyPass pass,
                  const KeySelection& selection,
                  const std::function<Status(const ExportedKey&)>& visit) {
  return sql::InTransaction(connection, TransactionKind::kRead, [&]() -> Status {
    ENKS_ASSIGN(const KnownOrigins origins, SelectOrigins(connection, selection));
    return VisitRunsReleasedIn(
        connection, pass, window.start, window.end,
        [&](const RunRow& run) -> Status { return VisitSelected(run, origins, visit); });
  });
}

Result<KeyHistory> Explain(sql::Connection& connection, const exposure::KeyData& key) {
  KeyHistory history;
  ENKS_TRY(sql::InTransaction(connection, TransactionKind::kRead, [&]() -> Status {
    ENKS_ASSIGN(history, ReadHistory(connection, key));
    return absl::OkStatus();
  }));
  return history;
}

Result<std::int64_t> CountKeys(sql::Connection& connection) {
  std::int64_t count = 0;
  ENKS_TRY(sql::InTransaction(connection, TransactionKind::kRead, [&]() -> Status {
    ENKS_ASSIGN(count, CountKeysOf(connection, KeyPass::kPrimary));
    return absl::OkStatus();
  }));
  return count;
}

}  // namespace enks::store::runs
