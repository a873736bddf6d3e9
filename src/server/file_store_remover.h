#pragma once

#include <string_view>

#include "exports/file_store.h"
#include "retention/cleaner.h"

namespace enks::server {

// Lets retention/ remove export files without knowing exports/. As thread-safe as `files`, which
// outlives it.
class FileStoreRemover final : public retention::ObjectRemover {
 public:
  explicit FileStoreRemover(exports::FileStore& files) : files_(files) {}
  Status Remove(std::string_view bucket, std::string_view name) override {
    return files_.Remove(bucket, name);
  }

 private:
  exports::FileStore& files_;
};

}  // namespace enks::server
