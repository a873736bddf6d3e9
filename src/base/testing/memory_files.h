#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"

namespace enks::base {

// A file system in memory, for tests. Not thread-safe.
class MemoryFiles final : public Files {
 public:
  void Put(const std::filesystem::path& path, std::string_view text) {
    content_[path] = Bytes(text.begin(), text.end());
  }

  Result<Bytes> Read(const std::filesystem::path& path, std::uint64_t bytes_max) override {
    const auto found = content_.find(path);
    if (found == content_.end()) return absl::NotFoundError("no file " + path.string());
    if (found->second.size() > bytes_max) return absl::ResourceExhaustedError("too large");
    return found->second;
  }

  Result<std::uint64_t> Size(const std::filesystem::path& path) override {
    const auto found = content_.find(path);
    if (found == content_.end()) return absl::NotFoundError("no file " + path.string());
    return found->second.size();
  }

  Result<std::unique_ptr<PendingFile>> Create(const std::filesystem::path& path,
                                              FileMode) override {
    return std::make_unique<MemoryPendingFile>(content_, path);
  }

  Status Remove(const std::filesystem::path& path) override {
    content_.erase(path);
    return absl::OkStatus();
  }

  Result<std::vector<std::string>> List(const std::filesystem::path& folder) override {
    std::vector<std::string> names;
    for (const auto& [path, bytes] : content_) {
      if (path.parent_path() == folder) names.push_back(path.filename().string());
    }
    return names;
  }

 private:
  using Content = std::map<std::filesystem::path, Bytes>;

  class MemoryPendingFile final : public PendingFile {
   public:
    MemoryPendingFile(Content& content, std::filesystem::path path)
        : content_(content), path_(std::move(path)) {}
    Status Append(ByteView bytes) override {
      bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
      return absl::OkStatus();
    }
    Status WriteAt(std::uint64_t offset, ByteView bytes) override {
      if (offset + bytes.size() > bytes_.size()) return absl::OutOfRangeError("past the end");
      std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
      return absl::OkStatus();
    }
    Status Commit() override {
      content_[path_] = bytes_;
      return absl::OkStatus();
    }

   private:
    Content& content_;
    const std::filesystem::path path_;
    Bytes bytes_;
  };

  Content content_;
};

}  // namespace enks::base
