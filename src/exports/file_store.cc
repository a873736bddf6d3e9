#include "exports/file_store.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "store/object_name.h"

namespace enks::exports {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kObjectBytesMax = 256u << 20;

bool IsPlainName(std::string_view name) {
  return name.size() <= store::kObjectNameBytesMax && store::IsPlainPath(name);
}

// As base::SystemFiles names a file that is being written.
bool IsTemporary(std::string_view name) {
  return name.starts_with('.') && name.ends_with(".tmp");
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

  Result<std::vector<std::string>> List(std::string_view bucket, std::string_view folder) override {
    ENKS_ASSIGN(const fs::path path, PathOf(bucket, folder));
    ENKS_ASSIGN(std::vector<std::string> names, Entries(path));
    std::erase_if(names, [](const std::string& name) { return !store::IsPlainSegment(name); });
    for (std::string& name : names) name = fmt::format("{}/{}", folder, name);
    return names;
  }

  Status RemoveUnfinished(std::string_view bucket, std::string_view folder,
                          std::chrono::sys_seconds before) override {
    ENKS_ASSIGN(const fs::path path, PathOf(bucket, folder));
    ENKS_ASSIGN(const std::vector<std::string> names, Entries(path));
    for (const std::string& name : names) {
      if (!IsTemporary(name)) continue;
      const auto found = Look(path / name);
      if (absl::IsNotFound(found.status())) continue;  // its writer has finished it meanwhile
      ENKS_TRY(found.status());
      if (found->modified < before) ENKS_TRY(files_.Remove(found->path));
    }
    return absl::OkStatus();
  }

  Result<Object> Find(std::string_view bucket, std::string_view name) override {
    ENKS_ASSIGN(fs::path path, PathOf(bucket, name));
    return Look(std::move(path));
  }

 private:
  static Result<Object> Look(fs::path path) {
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

  Result<std::vector<std::string>> Entries(const fs::path& folder) {
    auto names = files_.List(folder);
    if (absl::IsNotFound(names.status())) return std::vector<std::string>();
    return names;
  }

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
