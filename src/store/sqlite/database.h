#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/sql/connection.h"

// The SQLite engine: write-ahead log, every commit synced, deleted bytes overwritten.
namespace enks::store::sqlite {

enum class IfMissing {
  kRefuse,  // kNotFound, naming `enks init`
  kCreate,  // an empty database, readable by its owner only
};

// Opens the database file at `path` and starts the thread that moves its write-ahead log into it.
// Every connection must be gone before the Database is.
Result<std::unique_ptr<sql::Database>> OpenDatabase(const std::filesystem::path& path,
                                                    IfMissing if_missing);

}  // namespace enks::store::sqlite
