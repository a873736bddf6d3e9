#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "store/sql/columns.h"
#include "store/sql/normalize.h"
#include "store/sql/outcome.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {
namespace {

HealthAuthority AuthorityOf(const Row& row) {
  HealthAuthority authority;
  authority.id = row.Int(0);
  authority.issuer = row.Text(1);
  authority.audience = row.Text(2);
  authority.name = row.Text(3);
  authority.jwks_uri = OptionalText(row, 4);
  authority.stats_enabled = row.Int(5) != 0;
  return authority;
}

HealthAuthorityKey KeyOf(const Row& row) {
  HealthAuthorityKey key;
  key.version = row.Text(6);
  key.from = TimeOf(row.Int(7));
  key.thru = OptionalTime(row, 8);
  key.public_key_pem = row.Text(9);
  key.from_jwks = row.Int(10) != 0;
  key.missing_since = OptionalTime(row, 11);
  return key;
}

Status SaveKey(Connection& connection, std::int64_t authority_id, const HealthAuthorityKey& key) {
  return connection
      .Execute(
          "INSERT INTO health_authority_key"
          " (authority_id, version, valid_from, valid_thru, public_key_pem, from_jwks,"
          " missing_since) VALUES ($1, $2, $3, $4, $5, $6, $7)"
          " ON CONFLICT (authority_id, version) DO UPDATE SET"
          " valid_from = excluded.valid_from, valid_thru = excluded.valid_thru,"
          " public_key_pem = excluded.public_key_pem, from_jwks = excluded.from_jwks,"
          " missing_since = excluded.missing_since",
          {authority_id, key.version, Seconds(key.from), OrNull(key.thru), key.public_key_pem,
           std::int64_t{key.from_jwks}, OrNull(key.missing_since)})
      .status();
}

Result<std::vector<HealthAuthority>> ReadAuthorities(Connection& connection) {
  std::vector<HealthAuthority> authorities;
  // One row a key; an authority without keys has one row of NULLs in their place.
  const auto collect = [&](const Row& row) {
    if (authorities.empty() || authorities.back().id != row.Int(0)) {
      authorities.push_back(AuthorityOf(row));
    }
    if (!row.IsNull(6)) authorities.back().keys.push_back(KeyOf(row));
    return absl::OkStatus();
  };
  ENKS_TRY(connection
               .Execute("SELECT a.authority_id, a.issuer, a.audience, a.name, a.jwks_uri,"
                        " a.stats_enabled, k.version, k.valid_from, k.valid_thru,"
                        " k.public_key_pem, k.from_jwks, k.missing_since"
                        " FROM health_authority a"
                        " LEFT JOIN health_authority_key k ON k.authority_id = a.authority_id"
                        " ORDER BY a.authority_id, k.version",
                        {}, collect)
               .status());
  return authorities;
}

// Takes a removed authority out of the lists of the apps: an id that leads nowhere would puzzle
// whoever reads the list later.
Status ForgetAuthority(Connection& connection, std::int64_t id) {
  std::vector<AuthorizedApp> apps;
  const auto collect = [&](const Row& row) {
    AuthorizedApp& app = apps.emplace_back();
    app.name = row.Text(0);
    return ReadList(row, 1, app.health_authority_ids);
  };
  ENKS_TRY(connection.Execute("SELECT name, health_authority_ids FROM authorized_app", {}, collect)
               .status());
  for (AuthorizedApp& app : apps) {
    if (std::erase(app.health_authority_ids, id) == 0) continue;
    const std::string ids = ToJson(app.health_authority_ids);
    ENKS_TRY(connection
                 .Execute("UPDATE authorized_app SET health_authority_ids = $1 WHERE name = $2",
                          {ids, app.name})
                 .status());
  }
  return absl::OkStatus();
}

std::string NameOf(std::int64_t id) {
  return fmt::format("health authority {}", id);
}

// Changes nothing, but finds the authority and keeps it, and whoever else wants to change its keys,
// waiting until the end of the transaction. kNotFound names it.
Status LockAuthority(Connection& connection, std::int64_t id) {
  return ExpectFound(
      connection.Execute("UPDATE health_authority SET name = name WHERE authority_id = $1", {id}),
      NameOf(id));
}

Result<std::int64_t> RemoveKey(Connection& connection, std::int64_t authority_id,
                               std::string_view version) {
  return connection.Execute(
      "DELETE FROM health_authority_key WHERE authority_id = $1 AND version = $2",
      {authority_id, version});
}

Status CheckKeys(const std::vector<HealthAuthorityKey>& keys) {
  std::set<std::string_view> versions;
  for (const HealthAuthorityKey& key : keys) {
    ENKS_TRY(Check(key));
    if (versions.insert(key.version).second) continue;
    return absl::InvalidArgumentError(fmt::format("two keys of version {}", key.version));
  }
  return absl::OkStatus();
}

Status ChangedElsewhere(const HealthAuthority& authority) {
  return absl::AbortedError(
      fmt::format("{} or its keys were changed by somebody else meanwhile", NameOf(authority.id)));
}

std::string NameOfIssuer(const HealthAuthority& authority) {
  return fmt::format("a health authority with issuer {}", authority.issuer);
}

}  // namespace

Result<std::vector<HealthAuthority>> SqlStore::HealthAuthorities() {
  std::vector<HealthAuthority> authorities;
  ENKS_TRY(Read([&](Connection& connection) -> Status {
    ENKS_ASSIGN(authorities, ReadAuthorities(connection));
    return absl::OkStatus();
  }));
  return authorities;
}

Result<std::int64_t> SqlStore::AddHealthAuthority(const HealthAuthority& authority) {
  ENKS_TRY(Check(authority));
  std::int64_t id = 0;
  const auto add = [&](Connection& connection) -> Status {
    ENKS_ASSIGN(id,
                InsertedId(connection,
                           "INSERT INTO health_authority"
                           " (issuer, audience, name, jwks_uri, stats_enabled)"
                           " VALUES ($1, $2, $3, $4, $5) RETURNING authority_id",
                           {authority.issuer, authority.audience, authority.name,
                            OrNull(authority.jwks_uri), std::int64_t{authority.stats_enabled}}));
    for (const HealthAuthorityKey& key : authority.keys) ENKS_TRY(SaveKey(connection, id, key));
    return absl::OkStatus();
  };
  ENKS_TRY(NameDuplicate(Write(add), NameOfIssuer(authority)));
  return id;
}

Status SqlStore::UpdateHealthAuthority(const HealthAuthority& authority) {
  ENKS_TRY(Check(authority));
  const auto update = [&](Connection& connection) {
    return ExpectFound(
        connection.Execute(
            "UPDATE health_authority SET issuer = $1, audience = $2, name = $3,"
            " jwks_uri = $4, stats_enabled = $5 WHERE authority_id = $6",
            {authority.issuer, authority.audience, authority.name, OrNull(authority.jwks_uri),
             std::int64_t{authority.stats_enabled}, authority.id}),
        NameOf(authority.id));
  };
  return NameDuplicate(Write(update), NameOfIssuer(authority));
}

Status SqlStore::RemoveHealthAuthority(std::int64_t id) {
  return Write([&](Connection& connection) -> Status {
    ENKS_TRY(ExpectFound(
        connection.Execute("DELETE FROM health_authority WHERE authority_id = $1", {id}),
        NameOf(id)));
    return ForgetAuthority(connection, id);
  });
}

Status SqlStore::SaveHealthAuthorityKey(std::int64_t authority_id, const HealthAuthorityKey& key) {
  ENKS_TRY(Check(key));
  return Write([&](Connection& connection) -> Status {
    ENKS_TRY(LockAuthority(connection, authority_id));
    return SaveKey(connection, authority_id, key);
  });
}

Status SqlStore::RemoveHealthAuthorityKey(std::int64_t authority_id, std::string_view version) {
  return Write([&](Connection& connection) -> Status {
    ENKS_TRY(LockAuthority(connection, authority_id));
    return ExpectFound(RemoveKey(connection, authority_id, version),
                       fmt::format("key {} of health authority {}", version, authority_id));
  });
}

// Whoever writes keys holds the lock of their authority until the commit, so what is compared here
// is what the changes go to, however many processes do this at once.
Status SqlStore::ReplaceHealthAuthorityKeys(const HealthAuthority& as_read,
                                            const std::vector<HealthAuthorityKey>& keys) {
  ENKS_TRY(CheckKeys(keys));
  return Write([&](Connection& connection) -> Status {
    const Status locked = LockAuthority(connection, as_read.id);
    if (absl::IsNotFound(locked)) return ChangedElsewhere(as_read);
    ENKS_TRY(locked);
    ENKS_ASSIGN(const auto authorities, ReadAuthorities(connection));
    if (std::ranges::find(authorities, as_read) == authorities.end()) {
      return ChangedElsewhere(as_read);
    }
    for (const HealthAuthorityKey& key : as_read.keys) {
      if (std::ranges::find(keys, key.version, &HealthAuthorityKey::version) != keys.end())
        continue;
      ENKS_TRY(RemoveKey(connection, as_read.id, key.version).status());
    }
    for (const HealthAuthorityKey& key : keys) {
      if (std::ranges::find(as_read.keys, key) != as_read.keys.end()) continue;
      ENKS_TRY(SaveKey(connection, as_read.id, key));
    }
    return absl::OkStatus();
  });
}

}  // namespace enks::store::sql
