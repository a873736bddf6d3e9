#include <optional>

#include "store/sql/columns.h"
#include "store/sql/outcome.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {
namespace {

base::Bytes BytesOf(base::ByteView blob) {
  return {blob.begin(), blob.end()};
}

std::int64_t DayOf(UnixTime time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

// The only value of a query with at most one row; nothing if there is no row.
Result<std::optional<base::Bytes>> FindBlob(Connection& connection, Literal statement,
                                            std::initializer_list<Value> values) {
  std::optional<base::Bytes> found;
  ENKS_TRY(connection
               .Execute(statement, values,
                        [&](const Row& row) {
                          found = BytesOf(row.Blob(0));
                          return absl::OkStatus();
                        })
               .status());
  return found;
}

}  // namespace

Result<HeldMark> SqlStore::RememberAttestation(const AttestationMark& mark) {
  bool is_new = false;
  std::optional<base::Bytes> upload;
  const Status status = Write([&](Connection& connection) -> Status {
    ENKS_ASSIGN(const std::int64_t added,
                connection.Execute("INSERT INTO attestation_mark (token, upload, expires)"
                                   " VALUES ($1, $2, $3) ON CONFLICT (token) DO NOTHING",
                                   {base::ByteView(mark.token), base::ByteView(mark.upload),
                                    Seconds(mark.expires)}));
    is_new = added == 1;
    ENKS_ASSIGN(upload, FindBlob(connection, "SELECT upload FROM attestation_mark WHERE token = $1",
                                 {base::ByteView(mark.token)}));
    return absl::OkStatus();
  });
  ENKS_TRY(status);
  if (!upload) return absl::AbortedError("the mark of an attestation expired meanwhile");
  return HeldMark{*std::move(upload), is_new};
}

Status SqlStore::ForgetAttestation(base::ByteView token) {
  return Write([&](Connection& connection) {
    return connection.Execute("DELETE FROM attestation_mark WHERE token = $1", {token}).status();
  });
}

Result<base::Bytes> SqlStore::AttestationSecret(std::int64_t day, const base::Bytes& candidate) {
  std::optional<base::Bytes> secret;
  const Status status = Write([&](Connection& connection) -> Status {
    ENKS_TRY(connection
                 .Execute("INSERT INTO attestation_secret (day, secret) VALUES ($1, $2)"
                          " ON CONFLICT (day) DO NOTHING",
                          {day, base::ByteView(candidate)})
                 .status());
    ENKS_ASSIGN(secret, FindBlob(connection, "SELECT secret FROM attestation_secret WHERE day = $1",
                                 {day}));
    return absl::OkStatus();
  });
  ENKS_TRY(status);
  if (!secret) return absl::AbortedError("the secret of a day was deleted meanwhile");
  return *std::move(secret);
}

Result<std::optional<AttestedKey>> SqlStore::FindAttestedKey(base::ByteView id) {
  std::optional<AttestedKey> key;
  const auto collect = [&](const Row& row) {
    key = AttestedKey{.id = BytesOf(id),
                      .public_key = BytesOf(row.Blob(0)),
                      .app_id = std::string(row.Text(1)),
                      .counter = static_cast<std::uint32_t>(row.Int(2)),
                      .last_used_day = row.Int(3)};
    return absl::OkStatus();
  };
  ENKS_TRY(Read([&](Connection& connection) {
    return connection
        .Execute(
            "SELECT public_key, app_id, counter, last_used_day FROM attested_key"
            " WHERE key_digest = $1",
            {id}, collect)
        .status();
  }));
  return key;
}

Status SqlStore::AddAttestedKey(const AttestedKey& key) {
  return Write([&](Connection& connection) {
    return connection
        .Execute(
            "INSERT INTO attested_key (key_digest, public_key, app_id, counter, last_used_day)"
            " VALUES ($1, $2, $3, $4, $5)",
            {base::ByteView(key.id), base::ByteView(key.public_key), std::string_view(key.app_id),
             std::int64_t{key.counter}, key.last_used_day})
        .status();
  });
}

Status SqlStore::AdvanceAttestedKey(base::ByteView id, std::uint32_t counter, std::int64_t day) {
  return Write([&](Connection& connection) -> Status {
    ENKS_ASSIGN(const std::int64_t changed,
                connection.Execute("UPDATE attested_key SET counter = $2, last_used_day = $3"
                                   " WHERE key_digest = $1 AND counter < $2",
                                   {id, std::int64_t{counter}, day}));
    if (changed == 1) return absl::OkStatus();
    ENKS_ASSIGN(
        const auto there,
        FindBlob(connection, "SELECT public_key FROM attested_key WHERE key_digest = $1", {id}));
    if (there) return absl::AbortedError("the counter of the attested key is not lower");
    return absl::NotFoundError("there is no such attested key");
  });
}

Result<std::int64_t> SqlStore::DeleteOldAttestations(UnixTime now, std::chrono::days key_idle_max) {
  std::int64_t deleted = 0;
  ENKS_TRY(Write([&](Connection& connection) -> Status {
    ENKS_ASSIGN(
        const std::int64_t marks,
        connection.Execute("DELETE FROM attestation_mark WHERE expires <= $1", {Seconds(now)}));
    ENKS_ASSIGN(const std::int64_t keys,
                connection.Execute("DELETE FROM attested_key WHERE last_used_day < $1",
                                   {DayOf(now) - key_idle_max.count()}));
    deleted = marks + keys;
    return connection.Execute("DELETE FROM attestation_secret WHERE day < $1", {DayOf(now) - 1})
        .status();
  }));
  return deleted;
}

}  // namespace enks::store::sql
