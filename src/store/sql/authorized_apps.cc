#include <fmt/core.h>

#include "store/sql/columns.h"
#include "store/sql/normalize.h"
#include "store/sql/outcome.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {
namespace {

Status ReadApp(const Row& row, AuthorizedApp& app) {
  app.name = row.Text(0);
  ENKS_TRY(ReadList(row, 1, app.regions));
  ENKS_TRY(ReadList(row, 2, app.health_authority_ids));
  app.bypass_certificate = row.Int(3) != 0;
  app.bypass_revision_token = row.Int(4) != 0;
  return absl::OkStatus();
}

Status ExpectAuthorities(Connection& connection, const std::vector<std::int64_t>& ids) {
  for (const std::int64_t id : ids) {
    // Changes nothing, but keeps the authority there until the end of the transaction.
    ENKS_ASSIGN(const std::int64_t found,
                connection.Execute(
                    "UPDATE health_authority SET name = name WHERE authority_id = $1", {id}));
    if (found == 0) {
      return absl::InvalidArgumentError(fmt::format("there is no health authority {}", id));
    }
  }
  return absl::OkStatus();
}

std::string NameOf(std::string_view name) {
  return fmt::format("authorized app {}", name);
}

}  // namespace

Result<std::vector<AuthorizedApp>> SqlStore::AuthorizedApps() {
  std::vector<AuthorizedApp> apps;
  const auto collect = [&](const Row& row) { return ReadApp(row, apps.emplace_back()); };
  ENKS_TRY(Read([&](Connection& connection) {
    return connection
        .Execute(
            "SELECT name, regions, health_authority_ids, bypass_certificate, bypass_revision_token"
            " FROM authorized_app ORDER BY name",
            {}, collect)
        .status();
  }));
  return apps;
}

Status SqlStore::AddAuthorizedApp(const AuthorizedApp& given) {
  ENKS_ASSIGN(const AuthorizedApp app, Normalize(given));
  const std::string regions = ToJson(app.regions);
  const std::string ids = ToJson(app.health_authority_ids);
  const auto add = [&](Connection& connection) -> Status {
    ENKS_TRY(ExpectAuthorities(connection, app.health_authority_ids));
    return connection
        .Execute(
            "INSERT INTO authorized_app (name, regions, health_authority_ids, bypass_certificate,"
            " bypass_revision_token) VALUES ($1, $2, $3, $4, $5)",
            {app.name, regions, ids, std::int64_t{app.bypass_certificate},
             std::int64_t{app.bypass_revision_token}})
        .status();
  };
  return NameDuplicate(Write(add), NameOf(app.name));
}

Status SqlStore::UpdateAuthorizedApp(const AuthorizedApp& given) {
  ENKS_ASSIGN(const AuthorizedApp app, Normalize(given));
  const std::string regions = ToJson(app.regions);
  const std::string ids = ToJson(app.health_authority_ids);
  return Write([&](Connection& connection) -> Status {
    ENKS_TRY(ExpectAuthorities(connection, app.health_authority_ids));
    return ExpectFound(
        connection.Execute("UPDATE authorized_app SET regions = $1, health_authority_ids = $2,"
                           " bypass_certificate = $3, bypass_revision_token = $4 WHERE name = $5",
                           {regions, ids, std::int64_t{app.bypass_certificate},
                            std::int64_t{app.bypass_revision_token}, app.name}),
        NameOf(app.name));
  });
}

Status SqlStore::RemoveAuthorizedApp(std::string_view given) {
  const std::string name = LowerCase(given);
  return Write([&](Connection& connection) {
    return ExpectFound(connection.Execute("DELETE FROM authorized_app WHERE name = $1", {name}),
                       NameOf(name));
  });
}

}  // namespace enks::store::sql
