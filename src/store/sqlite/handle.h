#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace enks::store::sqlite {

struct CloseHandle {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, CloseHandle>;

// The status for an (extended) result code, by the table in store/sql/connection.h. `where` names a
// table or file. sqlite3_errmsg() is not used on purpose: it may quote values.
Status ErrorOf(int code, std::string_view where);

// Opens an existing database file with the settings that every connection of ours has. Not
// thread-safe: one thread at a time.
Result<Handle> OpenHandle(const std::filesystem::path& path);

// Makes an empty database with a write-ahead log, mode 0600, unless the file is there. Processes
// that do so at once take turns.
Status CreateIfMissing(const std::filesystem::path& path);

}  // namespace enks::store::sqlite
