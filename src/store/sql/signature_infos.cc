#include <fmt/core.h>

#include <algorithm>

#include "store/sql/columns.h"
#include "store/sql/normalize.h"
#include "store/sql/outcome.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {
namespace {

SignatureInfo InfoOf(const Row& row) {
  SignatureInfo info;
  info.id = row.Int(0);
  info.signing_key = row.Text(1);
  info.key_id = row.Text(2);
  info.key_version = row.Text(3);
  info.from = TimeOf(row.Int(4));
  info.thru = OptionalTime(row, 5);
  return info;
}

std::string NameOf(std::int64_t id) {
  return fmt::format("signature info {}", id);
}

// kFailedPrecondition if a configuration, or a batch still to be exported, signs with it.
Status ExpectUnused(Connection& connection, std::int64_t id) {
  const auto check = [&](const Row& row) -> Status {
    std::vector<std::int64_t> ids;
    ENKS_TRY(ReadList(row, 1, ids));
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        fmt::format("export configuration {} signs with {}", row.Int(0), NameOf(id)));
  };
  return connection
      .Execute(
          "SELECT config_id, signature_info_ids FROM export_config"
          " UNION ALL SELECT config_id, signature_info_ids FROM export_batch WHERE status IN (0, "
          "1)",
          {}, check)
      .status();
}

}  // namespace

Result<std::vector<SignatureInfo>> SqlStore::SignatureInfos() {
  std::vector<SignatureInfo> infos;
  const auto collect = [&](const Row& row) {
    infos.push_back(InfoOf(row));
    return absl::OkStatus();
  };
  ENKS_TRY(Read([&](Connection& connection) {
    return connection
        .Execute(
            "SELECT info_id, signing_key, key_id, key_version, valid_from, valid_thru"
            " FROM signature_info ORDER BY info_id",
            {}, collect)
        .status();
  }));
  return infos;
}

Result<std::int64_t> SqlStore::AddSignatureInfo(const SignatureInfo& info) {
  ENKS_TRY(Check(info));
  std::int64_t id = 0;
  ENKS_TRY(Write([&](Connection& connection) -> Status {
    ENKS_ASSIGN(id,
                InsertedId(connection,
                           "INSERT INTO signature_info (signing_key, key_id, key_version,"
                           " valid_from, valid_thru) VALUES ($1, $2, $3, $4, $5) RETURNING info_id",
                           {info.signing_key, info.key_id, info.key_version, Seconds(info.from),
                            OrNull(info.thru)}));
    return absl::OkStatus();
  }));
  return id;
}

Status SqlStore::UpdateSignatureInfo(const SignatureInfo& info) {
  ENKS_TRY(Check(info));
  return Write([&](Connection& connection) {
    return ExpectFound(
        connection.Execute("UPDATE signature_info SET signing_key = $1, key_id = $2,"
                           " key_version = $3, valid_from = $4, valid_thru = $5 WHERE info_id = $6",
                           {info.signing_key, info.key_id, info.key_version, Seconds(info.from),
                            OrNull(info.thru), info.id}),
        NameOf(info.id));
  });
}

Status SqlStore::RemoveSignatureInfo(std::int64_t id) {
  return Write([&](Connection& connection) -> Status {
    ENKS_TRY(ExpectFound(connection.Execute("DELETE FROM signature_info WHERE info_id = $1", {id}),
                         NameOf(id)));
    return ExpectUnused(connection, id);
  });
}

}  // namespace enks::store::sql
