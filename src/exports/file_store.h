#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/files.h"
#include "base/result.h"

namespace enks::exports {

// Where export files live: objects in buckets, named like "root/1606780800-1606784400-00001.zip".
// Thread-safe. Names are confined to their bucket: a bucket is one plain segment and a name a plain
// path (store/object_name.h); anything else is kInvalidArgument.
class FileStore {
 public:
  virtual ~FileStore() = default;

  // Starts an object, unfinished until Commit(); readers see the old one, or none, until Commit().
  virtual Result<std::unique_ptr<base::PendingFile>> Create(std::string_view bucket,
                                                            std::string_view name) = 0;
  virtual Result<base::Bytes> Read(std::string_view bucket, std::string_view name) = 0;
  virtual Status Remove(std::string_view bucket, std::string_view name) = 0;  // missing: success

  struct Object {
    std::filesystem::path path;
    std::uint64_t size_bytes = 0;
    std::chrono::sys_seconds modified;
  };
  // Names of the objects right below `folder`, which is part of each; sorted, without unfinished
  // ones. None if there is no such folder.
  virtual Result<std::vector<std::string>> List(std::string_view bucket,
                                                std::string_view folder) = 0;
  // Removes unfinished objects right below `folder` that nobody has written to since `before`:
  // their writers were killed.
  virtual Status RemoveUnfinished(std::string_view bucket, std::string_view folder,
                                  std::chrono::sys_seconds before) = 0;
  // kNotFound if there is no such object.
  virtual Result<Object> Find(std::string_view bucket, std::string_view name) = 0;
};

// Buckets are folders below `root` (divergence PL10: atomic, makes folders, confined).
std::unique_ptr<FileStore> MakeFolderStore(std::filesystem::path root, base::Files& files);

}  // namespace enks::exports
