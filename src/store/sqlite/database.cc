#include "store/sqlite/database.h"

#include <fmt/core.h>

#include <system_error>
#include <utility>

#include "store/sqlite/checkpointer.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/handle.h"

namespace enks::store::sqlite {
namespace {

namespace fs = std::filesystem;

class SqliteDatabase final : public sql::Database {
 public:
  SqliteDatabase(fs::path path, Handle for_checkpoints)
      : path_(std::move(path)), checkpointer_(std::move(for_checkpoints)) {}

  Result<std::unique_ptr<sql::Connection>> Connect() override {
    ENKS_ASSIGN(Handle handle, OpenHandle(path_));
    return std::make_unique<Connection>(std::move(handle), checkpointer_);
  }

 private:
  const fs::path path_;
  Checkpointer checkpointer_;
};

}  // namespace

Result<std::unique_ptr<sql::Database>> OpenDatabase(const fs::path& path, IfMissing if_missing) {
  // Absolute, so that no name is special to SQLite (":memory:") and a later chdir changes nothing.
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  if (if_missing == IfMissing::kCreate) {
    ENKS_TRY(CreateIfMissing(absolute));
  } else if (!fs::exists(absolute, error)) {
    return absl::NotFoundError(
        fmt::format("there is no database {}: create it with `enks init`", absolute.string()));
  }
  ENKS_ASSIGN(Handle for_checkpoints, OpenHandle(absolute));
  return std::make_unique<SqliteDatabase>(absolute, std::move(for_checkpoints));
}

}  // namespace enks::store::sqlite
