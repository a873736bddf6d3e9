#include <fmt/core.h>

#include "store/sql/columns.h"
#include "store/sql/outcome.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {
namespace {

RevisionKey KeyOf(const Row& row) {
  RevisionKey key;
  key.id = row.Int(0);
  const base::ByteView additional = row.Blob(1);
  const base::ByteView sealed = row.Blob(2);
  key.additional.assign(additional.begin(), additional.end());
  key.sealed.assign(sealed.begin(), sealed.end());
  key.created_at = TimeOf(row.Int(3));
  return key;
}

struct NewestKeys {
  std::int64_t of_all = 0;
  std::int64_t usable = 0;  // not destroyed
};

Result<NewestKeys> FindNewest(Connection& connection) {
  NewestKeys newest;
  const auto note = [&](const Row& row) {
    newest = {row.Int(0), row.Int(1)};
    return absl::OkStatus();
  };
  ENKS_TRY(connection
               .Execute("SELECT coalesce(max(key_id), 0),"
                        " coalesce(max(CASE WHEN destroyed = 0 THEN key_id END), 0)"
                        " FROM revision_key",
                        {}, note)
               .status());
  return newest;
}

Status FasterElsewhere() {
  return absl::AbortedError("another process has added a revision key");
}

}  // namespace

Result<std::vector<RevisionKey>> SqlStore::RevisionKeys() {
  std::vector<RevisionKey> keys;
  const auto collect = [&](const Row& row) {
    keys.push_back(KeyOf(row));
    return absl::OkStatus();
  };
  ENKS_TRY(Read([&](Connection& connection) {
    return connection
        .Execute(
            "SELECT key_id, additional, sealed, created_at FROM revision_key"
            " WHERE destroyed = 0 ORDER BY key_id DESC",
            {}, collect)
        .status();
  }));
  return keys;
}

Result<std::int64_t> SqlStore::AddRevisionKey(const RevisionKey& key,
                                              std::int64_t expected_newest) {
  std::int64_t id = 0;
  const Status status = Write([&](Connection& connection) -> Status {
    ENKS_ASSIGN(const NewestKeys newest, FindNewest(connection));
    if (newest.usable != expected_newest) return FasterElsewhere();
    ENKS_ASSIGN(id, InsertedId(connection,
                               "INSERT INTO revision_key (follows, additional, sealed, created_at,"
                               " destroyed) VALUES ($1, $2, $3, $4, 0) RETURNING key_id",
                               {newest.of_all, base::ByteView(key.additional),
                                base::ByteView(key.sealed), Seconds(key.created_at)}));
    return absl::OkStatus();
  });
  if (absl::IsAlreadyExists(status)) return FasterElsewhere();
  ENKS_TRY(status);
  return id;
}

// The bytes are overwritten rather than the row deleted, so that the id is never given again; where
// a database keeps old versions of a row, that is docs/privacy.md's business.
Status SqlStore::DestroyRevisionKey(std::int64_t id) {
  return Write([&](Connection& connection) {
    const base::Bytes nothing;
    return ExpectFound(
        connection.Execute("UPDATE revision_key SET additional = $1, sealed = $1, destroyed = 1"
                           " WHERE key_id = $2 AND destroyed = 0",
                           {base::ByteView(nothing), id}),
        fmt::format("revision key {}", id));
  });
}

}  // namespace enks::store::sql
