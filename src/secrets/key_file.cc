#include "secrets/key_file.h"

#include <fmt/core.h>

#include <utility>

namespace enks::secrets {
namespace {

using Perms = std::filesystem::perms;

// A P-256 key as PEM takes about 240 bytes; text before it (`openssl` writes some) may take more.
constexpr std::uint64_t kKeyFileBytesMax = 16 * 1024;

Status CheckPermissions(base::Files& files, const std::filesystem::path& path) {
  ENKS_ASSIGN(const Perms perms, files.Permissions(path));
  if ((perms & (Perms::group_all | Perms::others_all)) == Perms::none) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("the key file {0} is open to others than its owner (mode {1:04o}); type: "
                  "chmod 600 '{0}'",
                  path.string(), static_cast<unsigned>(perms)));
}

}  // namespace

Result<base::SecretBytes> ReadKeyFile(base::Files& files, const std::filesystem::path& path) {
  ENKS_TRY(CheckPermissions(files, path));
  ENKS_ASSIGN(base::Bytes bytes, files.Read(path, kKeyFileBytesMax));
  return base::SecretBytes(std::move(bytes));
}

Status WriteKeyFile(base::Files& files, const std::filesystem::path& path, base::ByteView bytes) {
  return files.WriteNew(path, bytes, base::FileMode::kOwnerOnly);
}

}  // namespace enks::secrets
