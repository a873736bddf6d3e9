#include "server/folder_checks.h"

#include <fmt/format.h>

namespace enks::server {
namespace {

using Perms = std::filesystem::perms;

// Its name begins with a dot, which no export object may.
constexpr const char* kTrialFileName = ".enks-write-check";

// A folder that others can write to lets them put their own signing key there; one that they can
// read tells them the keys' names. A missing folder is no fault: not every role has keys.
Status CheckKeyFolder(const Settings& settings, base::Files& files) {
  const std::filesystem::path folder = settings.Resolve(settings.key_folder);
  const auto perms = files.Permissions(folder);
  if (absl::IsNotFound(perms.status()) || absl::IsUnimplemented(perms.status())) {
    return absl::OkStatus();
  }
  ENKS_TRY(perms.status());
  if ((*perms & (Perms::group_all | Perms::others_all)) == Perms::none) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("server.key_folder: {0} is open to others than its owner (mode {1:04o}); type: "
                  "chmod 700 '{0}'",
                  folder.string(), static_cast<unsigned>(*perms)));
}

// Starts a file as the export job does; without Commit() it leaves no trace.
Status CheckFilesFolder(const Settings& settings, base::Files& files) {
  if (!settings.Has(Role::kExport)) return absl::OkStatus();
  const std::filesystem::path folder = settings.Resolve(settings.files_folder);
  const auto trial = files.Create(folder / kTrialFileName, base::FileMode::kPublic);
  if (trial.ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format(
      "server.files_folder: export files cannot be written to {0} ({1}). Let the user that runs "
      "enks own it (chown) and write to it (chmod u+rwx '{0}'), name another folder, or leave out "
      "the role export.",
      folder.string(), MessageOf(trial.status())));
}

}  // namespace

Status CheckFolders(const Settings& settings, base::Files& files) {
  ENKS_TRY(CheckKeyFolder(settings, files));
  return CheckFilesFolder(settings, files);
}

}  // namespace enks::server
