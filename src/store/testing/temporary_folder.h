#pragma once

#include <filesystem>

namespace enks::store::testing {

// A new empty folder, mode 0700, that is removed with all that is in it when this goes. For tests.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace enks::store::testing
