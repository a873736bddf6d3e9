#include "exports/file_store.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "store/object_name.h"

namespace enks::exports {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kObjectBytesMax = 256u << 20;

bool IsPlainName(std::string_view name) {
  return name.size() <= store::kObjectNameBytesMax && store::IsPlainPath(name);
}

class FolderStore final : public FileStore {
 public:
  FolderStore(fs::path root, base::Files& files) : root_(std::move(root)), files_(files) {}

  Result<std::unique_ptr<base::PendingFile>> Create(std::string_view bucket,
                                                    std::string_view name) override {
    ENKS_ASSIGN(const fs::path path, PathOf(bucket, name));
    return files_.Create(path, base::FileMode::kPublic);
  }

  Result<base::Bytes> Read(std::string_view bucket, std::string_view name) override {
    ENKS_ASSIGN(const fs::path path, PathOf(bucket, name));
    return files_.Read(path, kObjectBytesMax);
  }

  Status Remove(std::string_view bucket, std::string_view name) override {
    ENKS_ASSIGN(const fs::path path, PathOf(bucket, name));
    return files_.Remove(path);
  }

  Result<Object> Find(std::string_view bucket, std::string_view name) override {
    ENKS_ASSIGN(fs::path path, PathOf(bucket, name));
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
      if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG) return NoSuchObject(path);
      return absl::UnavailableError(fmt::format("cannot look at {}: {}", path.string(),
                                                std::generic_category().message(errno)));
    }
    if (!S_ISREG(info.st_mode)) return NoSuchObject(path);
    return Object{std::move(path), static_cast<std::uint64_t>(info.st_size),
                  std::chrono::sys_seconds(std::chrono::seconds(info.st_mtim.tv_sec))};
  }

 private:
  static Status NoSuchObject(const fs::path& path) {
    return absl::NotFoundError("there is no export object " + path.string());
  }

  // The only place where names become paths.
  Result<fs::path> PathOf(std::string_view bucket, std::string_view name) const {
    if (!store::IsPlainSegment(bucket)) {
      return absl::InvalidArgumentError("the bucket is not the name of a plain folder");
    }
    if (!IsPlainName(name)) {
      return absl::InvalidArgumentError("the object name is not a plain path inside its bucket");
    }
    return root_ / bucket / name;
  }

  const fs::path root_;
  base::Files& files_;
};

}  // namespace

std::unique_ptr<FileStore> MakeFolderStore(fs::path root, base::Files& files) {
  return std::make_unique<FolderStore>(std::move(root), files);
}

}  // namespace enks::exports
