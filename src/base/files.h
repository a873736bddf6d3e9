#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

namespace enks::base {

// Who may read a file that is made.
enum class FileMode {
  kOwnerOnly,  // 0600: keys, settings with secrets, the database
  kPublic,     // 0644: export files
};

// A file being written next to its final place under a temporary name. It appears under its own
// name only by Commit(), whole and on disk; destruction without Commit() leaves no trace. Not
// thread-safe; owned by the writer.
class PendingFile {
 public:
  virtual ~PendingFile() = default;
  virtual Status Append(ByteView bytes) = 0;
  // Overwrites bytes already appended (a header whose values are known last).
  virtual Status WriteAt(std::uint64_t offset, ByteView bytes) = 0;
  // Brings what was written so far to disk, which may take long. For a caller who has to ask for
  // leave at the last moment before Commit(), which then has only the move left to do. A file that
  // is on no disk has nothing to do here.
  virtual Status Sync() { return absl::OkStatus(); }
  // Syncs what Sync() has not, moves the file to its name (replacing an older one) and syncs the
  // folder.
  virtual Status Commit() = 0;
};

// The file system, as much of it as enks needs. Thread-safe. Errors name the path.
class Files {
 public:
  virtual ~Files() = default;

  // kNotFound if there is no such file; kResourceExhausted if it is larger than `bytes_max`.
  virtual Result<Bytes> Read(const std::filesystem::path& path, std::uint64_t bytes_max) = 0;
  virtual Result<std::uint64_t> Size(const std::filesystem::path& path) = 0;
  // Starts a file whose missing parent folders are made (0755 for kPublic, 0700 for kOwnerOnly).
  virtual Result<std::unique_ptr<PendingFile>> Create(const std::filesystem::path& path,
                                                      FileMode mode) = 0;
  // Create + Append + Commit.
  Status Write(const std::filesystem::path& path, ByteView bytes, FileMode mode);
  // Like Write, but never replaces: kAlreadyExists if there is anything at `path`, and of two
  // writers at once one gets that answer. This default is not safe against the second; SystemFiles
  // is.
  virtual Status WriteNew(const std::filesystem::path& path, ByteView bytes, FileMode mode);
  // Who may read, write and run the file. The default knows no permissions: kUnimplemented.
  virtual Result<std::filesystem::perms> Permissions(const std::filesystem::path& path);
  // When the file's content was last written. The default knows no times: kUnimplemented.
  virtual Result<UnixTime> ModifiedAt(const std::filesystem::path& path);

  // A missing file is success.
  virtual Status Remove(const std::filesystem::path& path) = 0;
  // Names of the entries of a folder, sorted; kNotFound if there is no such folder.
  virtual Result<std::vector<std::string>> List(const std::filesystem::path& folder) = 0;
};

// The real file system.
class SystemFiles final : public Files {
 public:
  Result<Bytes> Read(const std::filesystem::path& path, std::uint64_t bytes_max) override;
  Result<std::uint64_t> Size(const std::filesystem::path& path) override;
  Result<std::unique_ptr<PendingFile>> Create(const std::filesystem::path& path,
                                              FileMode mode) override;
  Status WriteNew(const std::filesystem::path& path, ByteView bytes, FileMode mode) override;
  Result<std::filesystem::perms> Permissions(const std::filesystem::path& path) override;
  Result<UnixTime> ModifiedAt(const std::filesystem::path& path) override;
  Status Remove(const std::filesystem::path& path) override;
  Result<std::vector<std::string>> List(const std::filesystem::path& folder) override;
};

}  // namespace enks::base
