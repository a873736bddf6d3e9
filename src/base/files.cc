#include "base/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/secret.h"

namespace enks::base {
namespace {

namespace fs = std::filesystem;

Status FileError(std::string_view doing, const fs::path& path, int error) {
  const std::string text =
      fmt::format("cannot {} {}: {}", doing, path.string(), std::generic_category().message(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(text);
  if (error == EEXIST) return absl::AlreadyExistsError(text);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(text);
  if (error == ENOSPC || error == EDQUOT) return absl::ResourceExhaustedError(text);
  return absl::UnavailableError(text);
}

// An open file descriptor, closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { Close(); }
  int get() const { return fd_; }
  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

Status WriteAll(int fd, ByteView bytes, off_t offset, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(fd, bytes.data(), bytes.size(), offset);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return FileError("write", path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    offset += wrote;
  }
  return absl::OkStatus();
}

Status SyncFolder(const fs::path& folder) {
  Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return FileError("open folder", folder, errno);
  if (::fsync(fd.get()) != 0) return FileError("sync folder", folder, errno);
  return absl::OkStatus();
}

// Each folder that is made is synced into its parent: after a power cut a file whose own folder was
// synced must not be lost with a folder further up.
Status MakeFolders(const fs::path& folder, mode_t mode) {
  if (folder.empty() || fs::is_directory(folder)) return absl::OkStatus();
  ENKS_TRY(MakeFolders(folder.parent_path(), mode));
  if (::mkdir(folder.c_str(), mode) != 0) {
    return errno == EEXIST ? absl::OkStatus() : FileError("make folder", folder, errno);
  }
  return SyncFolder(folder.parent_path());
}

Status TooLarge(const fs::path& path, std::uint64_t bytes_max) {
  return absl::ResourceExhaustedError(
      fmt::format("{} is larger than {} bytes", path.string(), bytes_max));
}

// Private keys are read here, so the smaller buffer is wiped: std::vector would leave a copy.
void Grow(Bytes& bytes) {
  constexpr std::size_t kStepBytes = 64 * 1024;
  Bytes larger(bytes.size() * 2 + kStepBytes);
  std::copy(bytes.begin(), bytes.end(), larger.begin());
  WipeMemory(bytes.data(), bytes.size());
  bytes.swap(larger);
}

// Reads to the end of the file, whatever size it was said to have: files in /proc say 0.
Status ReadWhole(const fs::path& path, std::uint64_t bytes_max, Bytes& bytes) {
  Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return FileError("open", path, errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return FileError("look at", path, errno);
  const auto expected = static_cast<std::uint64_t>(info.st_size);
  if (expected > bytes_max) return TooLarge(path, bytes_max);
  bytes.resize(static_cast<std::size_t>(expected) + 1);  // one more, to see that nothing follows
  std::size_t have = 0;
  while (true) {
    const ssize_t got = ::read(fd.get(), bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError("read", path, errno);
    have += static_cast<std::size_t>(got);
    if (have > bytes_max) return TooLarge(path, bytes_max);
    if (have == bytes.size()) Grow(bytes);
    if (got > 0) continue;
    bytes.resize(have);
    return absl::OkStatus();
  }
}

class SystemPendingFile final : public PendingFile {
 public:
  SystemPendingFile(int fd, fs::path temporary, fs::path final_path)
      : fd_(fd), temporary_(std::move(temporary)), final_(std::move(final_path)) {}
  SystemPendingFile(const SystemPendingFile&) = delete;
  SystemPendingFile& operator=(const SystemPendingFile&) = delete;
  ~SystemPendingFile() override {
    if (!committed_) ::unlink(temporary_.c_str());
  }

  Status Append(ByteView bytes) override {
    ENKS_TRY(WriteAll(fd_.get(), bytes, static_cast<off_t>(size_), temporary_));
    size_ += bytes.size();
    synced_ = false;
    return absl::OkStatus();
  }

  Status WriteAt(std::uint64_t offset, ByteView bytes) override {
    if (offset + bytes.size() > size_) {
      return absl::OutOfRangeError("write past the end of " + temporary_.string());
    }
    synced_ = false;
    return WriteAll(fd_.get(), bytes, static_cast<off_t>(offset), temporary_);
  }

  Status Sync() override {
    if (synced_) return absl::OkStatus();
    if (::fsync(fd_.get()) != 0) return FileError("sync", temporary_, errno);
    synced_ = true;
    return absl::OkStatus();
  }

  Status Commit() override {
    ENKS_TRY(Sync());
    if (::rename(temporary_.c_str(), final_.c_str()) != 0) {
      return FileError("rename to", final_, errno);
    }
    committed_ = true;
    return SyncFolder(final_.parent_path());
  }

  // As Commit, but fails if the name is taken. Unlike rename(2), link(2) never replaces a file; the
  // temporary name goes with this object.
  Status CommitNew() {
    ENKS_TRY(Sync());
    if (::link(temporary_.c_str(), final_.c_str()) != 0) return FileError("make", final_, errno);
    return SyncFolder(final_.parent_path());
  }

 private:
  Descriptor fd_;
  const fs::path temporary_;
  const fs::path final_;
  std::uint64_t size_ = 0;
  bool synced_ = false;  // nothing was written since the last Sync()
  bool committed_ = false;
};

// How many names may be taken already. Each file that a killed process left behind takes one.
constexpr int kTemporaryNamesMax = 10'000;

// Never the same twice in this process. Another process may well have the same number, above all in
// containers, where every process is number 1, and so may one that was killed: its files are still
// there when it is started again.
fs::path NextTemporaryName(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.parent_path() /
         fmt::format(".{}.{}.{}.tmp", path.filename().string(), ::getpid(), counter++);
}

Result<std::unique_ptr<SystemPendingFile>> Start(const fs::path& path, FileMode mode) {
  const bool is_public = mode == FileMode::kPublic;
  const fs::path whole = fs::absolute(path);
  ENKS_TRY(MakeFolders(whole.parent_path(), is_public ? 0755 : 0700));
  for (int attempt = 1;; ++attempt) {
    fs::path temporary = NextTemporaryName(whole);
    // O_EXCL: of two writers with the same name, one is told and takes the next.
    const int fd =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, is_public ? 0644 : 0600);
    if (fd >= 0) return std::make_unique<SystemPendingFile>(fd, std::move(temporary), whole);
    if (errno != EEXIST || attempt == kTemporaryNamesMax) {
      return FileError("create", temporary, errno);
    }
  }
}

}  // namespace

Status Files::Write(const fs::path& path, ByteView bytes, FileMode mode) {
  ENKS_ASSIGN(auto file, Create(path, mode));
  ENKS_TRY(file->Append(bytes));
  return file->Commit();
}

Status Files::WriteNew(const fs::path& path, ByteView bytes, FileMode mode) {
  Status there = Size(path).status();
  if (there.ok()) return FileError("make", path, EEXIST);
  if (!absl::IsNotFound(there)) return there;
  return Write(path, bytes, mode);
}

Result<fs::perms> Files::Permissions(const fs::path& path) {
  return absl::UnimplementedError("no permissions are known for " + path.string());
}

Result<UnixTime> Files::ModifiedAt(const fs::path& path) {
  return absl::UnimplementedError("no times are known for " + path.string());
}

Result<Bytes> SystemFiles::Read(const fs::path& path, std::uint64_t bytes_max) {
  Bytes bytes;
  const Status status = ReadWhole(path, bytes_max, bytes);
  if (status.ok()) return bytes;
  WipeMemory(bytes.data(), bytes.size());
  return status;
}

Result<std::uint64_t> SystemFiles::Size(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return FileError("look at", path, errno);
  return static_cast<std::uint64_t>(info.st_size);
}

Result<std::unique_ptr<PendingFile>> SystemFiles::Create(const fs::path& path, FileMode mode) {
  return Start(path, mode);
}

Status SystemFiles::WriteNew(const fs::path& path, ByteView bytes, FileMode mode) {
  ENKS_ASSIGN(const auto file, Start(path, mode));
  ENKS_TRY(file->Append(bytes));
  return file->CommitNew();
}

Result<fs::perms> SystemFiles::Permissions(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return FileError("look at", path, errno);
  return static_cast<fs::perms>(info.st_mode & 0777);
}

Result<UnixTime> SystemFiles::ModifiedAt(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return FileError("look at", path, errno);
  return UnixTime(std::chrono::seconds(info.st_mtim.tv_sec));
}

Status SystemFiles::Remove(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return FileError("remove", path, errno);
  return absl::OkStatus();
}

Result<std::vector<std::string>> SystemFiles::List(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  if (error) return FileError("list", folder, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace enks::base
