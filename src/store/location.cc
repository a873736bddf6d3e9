#include <string>

#include "store/postgres/database.h"
#include "store/store.h"

namespace enks::store {
namespace {

using Engine = StoreLocation::Engine;

constexpr std::string_view kSqlitePrefix = "sqlite:";
constexpr std::string_view kPostgresPrefix = "postgres:";

Result<StoreLocation> SqliteLocation(std::string_view path) {
  if (path.empty()) return absl::InvalidArgumentError("`sqlite:` must be followed by a path");
  if (path.find('\0') != std::string_view::npos) {
    return absl::InvalidArgumentError("the path after `sqlite:` holds a zero byte");
  }
  return StoreLocation{Engine::kSqlite, std::string(path)};
}

Result<StoreLocation> PostgresLocation(std::string_view target) {
  StoreLocation location{Engine::kPostgres, std::string(target)};
  ENKS_TRY(postgres::CheckConnectionString(location.target));
  return location;
}

}  // namespace

// The refusals do not quote the text: a connection string may hold a password.
Result<StoreLocation> ParseStoreLocation(std::string_view text) {
  if (text.starts_with("postgres://") || text.starts_with("postgresql://")) {
    return PostgresLocation(text);
  }
  if (text.starts_with(kSqlitePrefix)) return SqliteLocation(text.substr(kSqlitePrefix.size()));
  if (text.starts_with(kPostgresPrefix)) {
    return PostgresLocation(text.substr(kPostgresPrefix.size()));
  }
  return absl::InvalidArgumentError(
      "a store is `sqlite:PATH`, `postgres:CONNECTION` or a `postgresql://` URI");
}

std::string ShownLocation(std::string_view text) {
  const auto location = ParseStoreLocation(text);
  if (!location.ok() || location->engine == Engine::kSqlite) return std::string(text);
  return "postgres:" + postgres::HideSecrets(location->target);
}

}  // namespace enks::store
