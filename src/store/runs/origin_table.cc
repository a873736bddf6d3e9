#include "store/runs/origin_table.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "json/read.h"
#include "json/writer.h"

namespace enks::store::runs {
namespace {

using sql::Row;

void WriteRegions(const std::vector<std::string>& regions, json::Writer& writer) {
  writer.BeginArray();
  for (const std::string& region : regions) writer.Text(region);
  writer.EndArray();
}

Result<std::uint32_t> OriginIdOf(std::int64_t number) {
  if (number < 1 || number > std::numeric_limits<std::uint32_t>::max()) {
    return absl::DataLossError("key_origin: origin_id out of range");
  }
  return static_cast<std::uint32_t>(number);
}

// Reads the columns app, regions, traveler, health_authority_id, certificate_key_version,
// generated, from `first` on.
Result<Origin> OriginOf(const Row& row, int first) {
  Origin origin;
  origin.app = row.Text(first);
  ENKS_ASSIGN(origin.regions, RegionsFromText(row.Text(first + 1)));
  origin.traveler = row.Int(first + 2) != 0;
  if (!row.IsNull(first + 3)) origin.health_authority_id = row.Int(first + 3);
  origin.certificate_key_version = row.Text(first + 4);
  origin.generated = row.Int(first + 5) != 0;
  return origin;
}

Result<std::optional<std::uint32_t>> FindOrigin(sql::Connection& connection,
                                                std::string_view identity) {
  std::optional<std::uint32_t> found;
  ENKS_TRY(connection
               .Execute("SELECT origin_id FROM key_origin WHERE identity = $1", {identity},
                        [&found](const Row& row) -> Status {
                          ENKS_ASSIGN(found, OriginIdOf(row.Int(0)));
                          return absl::OkStatus();
                        })
               .status());
  return found;
}

Result<std::uint32_t> NextOriginId(sql::Connection& connection) {
  std::int64_t last = 0;
  ENKS_TRY(connection
               .Execute("SELECT COALESCE(MAX(origin_id), 0) FROM key_origin", {},
                        [&last](const Row& row) -> Status {
                          last = row.Int(0);
                          return absl::OkStatus();
                        })
               .status());
  return OriginIdOf(last + 1);
}

Status InsertOrigin(sql::Connection& connection, std::uint32_t origin_id, std::string_view identity,
                    const Origin& origin) {
  const std::string regions = RegionsToText(origin.regions);
  const sql::Value authority = origin.health_authority_id ? sql::Value(*origin.health_authority_id)
                                                          : sql::Value(sql::Null{});
  return connection
      .Execute(
          "INSERT INTO key_origin (origin_id, identity, app, regions, traveler,"
          " health_authority_id, certificate_key_version, generated)"
          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
          {std::int64_t{origin_id}, identity, std::string_view(origin.app),
           std::string_view(regions), std::int64_t{origin.traveler}, authority,
           std::string_view(origin.certificate_key_version), std::int64_t{origin.generated}})
      .status();
}

}  // namespace

std::string RegionsToText(const std::vector<std::string>& regions) {
  json::Writer writer;
  WriteRegions(regions, writer);
  return std::move(writer).Take();
}

Result<std::vector<std::string>> RegionsFromText(std::string_view text) {
  const json::Document document(text);
  std::vector<std::string> regions;
  if (document.outcome() != json::ParseOutcome::kOk || document.HasMore() ||
      document.Root().kind() != json::Kind::kArray ||
      !json::Read(document.Root(), json::UnknownMembers::kRefuse, regions).ok()) {
    return absl::DataLossError("key_origin: regions are not an array of texts");
  }
  return regions;
}

std::string IdentityOf(const Origin& origin) {
  json::Writer writer;
  writer.BeginArray().Text(origin.app);
  WriteRegions(origin.regions, writer);
  writer.Bool(origin.traveler);
  if (origin.health_authority_id) {
    writer.Int(*origin.health_authority_id);
  } else {
    writer.Null();
  }
  writer.Text(origin.certificate_key_version).Bool(origin.generated).EndArray();
  return std::move(writer).Take();
}

Result<std::uint32_t> InternOrigin(sql::Connection& connection, const Origin& origin) {
  const std::string identity = IdentityOf(origin);
  ENKS_ASSIGN(const std::optional<std::uint32_t> found, FindOrigin(connection, identity));
  if (found) return *found;
  ENKS_ASSIGN(const std::uint32_t origin_id, NextOriginId(connection));
  ENKS_TRY(InsertOrigin(connection, origin_id, identity, origin));
  return origin_id;
}

Result<Origin> ReadOrigin(sql::Connection& connection, std::uint32_t origin_id) {
  std::optional<Origin> found;
  ENKS_TRY(connection
               .Execute("SELECT app, regions, traveler, health_authority_id,"
                        " certificate_key_version, generated FROM key_origin WHERE origin_id = $1",
                        {std::int64_t{origin_id}},
                        [&found](const Row& row) -> Status {
                          ENKS_ASSIGN(found, OriginOf(row, 0));
                          return absl::OkStatus();
                        })
               .status());
  if (!found) return absl::DataLossError("key_origin: a key names a row that is not there");
  return *std::move(found);
}

Status VisitOrigins(sql::Connection& connection, const OriginVisitor& visit) {
  return connection
      .Execute(
          "SELECT origin_id, app, regions, traveler, health_authority_id,"
          " certificate_key_version, generated FROM key_origin",
          {},
          [&visit](const Row& row) -> Status {
            ENKS_ASSIGN(const std::uint32_t origin_id, OriginIdOf(row.Int(0)));
            ENKS_ASSIGN(const Origin origin, OriginOf(row, 1));
            return visit(origin_id, origin);
          })
      .status();
}

Result<std::uint32_t> OriginCache::Intern(sql::Connection& connection, const Origin& origin) {
  const auto found = ids_.find(origin);
  if (found != ids_.end()) return found->second;
  ENKS_ASSIGN(const std::uint32_t origin_id, InternOrigin(connection, origin));
  Keep(origin_id, origin);
  return origin_id;
}

Result<Origin> OriginCache::Get(sql::Connection& connection, std::uint32_t origin_id) {
  const auto found = origins_.find(origin_id);
  if (found != origins_.end()) return found->second;
  ENKS_ASSIGN(const Origin origin, ReadOrigin(connection, origin_id));
  Keep(origin_id, origin);
  return origin;
}

void OriginCache::Keep(std::uint32_t origin_id, const Origin& origin) {
  if (origins_.size() >= kOriginsMax) Clear();
  ids_.insert_or_assign(origin, origin_id);
  origins_.insert_or_assign(origin_id, origin);
}

void OriginCache::Clear() {
  ids_.clear();
  origins_.clear();
}

}  // namespace enks::store::runs
