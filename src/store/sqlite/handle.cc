#include "store/sqlite/handle.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>

#include "store/sql/connection.h"

namespace enks::store::sqlite {
namespace {

namespace fs = std::filesystem;

// How long a statement waits for another writer before it gives up as a conflict. A writer holds
// the lock for milliseconds; the longest are steps of a deletion and a truncating checkpoint.
constexpr std::chrono::milliseconds kBusyWaitMax{5000};

// synchronous=FULL: a commit is on disk when it returns, power failure included. secure_delete: a
// deleted key's bytes are overwritten with zeros, not left in a free page. mmap off: a disk error
// is then a status, not a SIGBUS. cache_size is in KiB when negative. trusted_schema off: a
// manipulated file cannot make us call functions.
constexpr const char* kSettings =
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA secure_delete=ON;"
    "PRAGMA mmap_size=0;"
    "PRAGMA cache_size=-32768;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA trusted_schema=OFF;";

Status FileError(std::string_view doing, const fs::path& path, int error) {
  return absl::UnavailableError(fmt::format("cannot {} {}: {}", doing, path.string(),
                                            std::generic_category().message(error)));
}

// Holds an advisory lock on a folder while it lives. The lock is on the folder and not on the
// database file because closing any descriptor of that file would drop SQLite's own locks on it.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder)
      : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    while (fd_ >= 0 && ::flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool held() const { return fd_ >= 0; }

 private:
  int fd_;
};

// SQLite would make the file with the umask's mode, and the log beside it with the file's: so an
// empty file with the right mode comes first.
Status MakeOwnerOnlyFile(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return FileError("create", path, errno);
  ::close(fd);
  return absl::OkStatus();
}

Status Run(sqlite3* handle, const char* statements, const fs::path& path) {
  const int code = sqlite3_exec(handle, statements, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(code, path.string());
}

bool IsConflict(int code) {
  return (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
}

absl::StatusCode CodeOf(int code) {
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
      code == SQLITE_CONSTRAINT_ROWID) {
    return absl::StatusCode::kAlreadyExists;
  }
  switch (code & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace

Status ErrorOf(int code, std::string_view where) {
  const std::string text =
      fmt::format("sqlite: {}: {} (code {})", where, sqlite3_errstr(code), code);
  return IsConflict(code) ? sql::ConflictError(text) : Status(CodeOf(code), text);
}

Result<Handle> OpenHandle(const fs::path& path) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle handle(raw);
  if (code != SQLITE_OK) return ErrorOf(code, path.string());
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, static_cast<int>(kBusyWaitMax.count()));
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  ENKS_TRY(Run(raw, kSettings, path));
  return handle;
}

Status CreateIfMissing(const fs::path& path) {
  const fs::path folder = path.parent_path();
  const FolderLock lock(folder);
  if (!lock.held()) return FileError("open folder", folder, errno);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) ENKS_TRY(MakeOwnerOnlyFile(path));
  ENKS_ASSIGN(const Handle handle, OpenHandle(path));
  // Kept in the file. Also when it is there: a process may have been killed just before this line.
  return Run(handle.get(), "PRAGMA journal_mode=WAL;", path);
}

}  // namespace enks::store::sqlite
