#pragma once

#include <memory>
#include <utility>

#include "exports/file_store.h"
#include "exports/testing/faults.h"

namespace enks::exports::testing {

// A file that fails as Faults says.
class FaultyPendingFile final : public base::PendingFile {
 public:
  FaultyPendingFile(std::unique_ptr<base::PendingFile> file, Faults& faults)
      : file_(std::move(file)), faults_(faults) {}

  Status Append(base::ByteView bytes) override {
    return faults_.Run([&] { return file_->Append(bytes); });
  }
  Status WriteAt(std::uint64_t offset, base::ByteView bytes) override {
    return faults_.Run([&] { return file_->WriteAt(offset, bytes); });
  }
  Status Sync() override {
    return faults_.Run([&] { return file_->Sync(); });
  }
  Status Commit() override {
    return faults_.Run([&] { return file_->Commit(); });
  }

 private:
  const std::unique_ptr<base::PendingFile> file_;
  Faults& faults_;
};

// A file store that fails as Faults says.
class FaultyFileStore final : public FileStore {
 public:
  FaultyFileStore(FileStore& files, Faults& faults) : files_(files), faults_(faults) {}

  Result<std::unique_ptr<base::PendingFile>> Create(std::string_view bucket,
                                                    std::string_view name) override {
    return faults_.Run([&]() -> Result<std::unique_ptr<base::PendingFile>> {
      ENKS_ASSIGN(auto file, files_.Create(bucket, name));
      return std::make_unique<FaultyPendingFile>(std::move(file), faults_);
    });
  }
  Result<base::Bytes> Read(std::string_view bucket, std::string_view name) override {
    return faults_.Run([&] { return files_.Read(bucket, name); });
  }
  Status Remove(std::string_view bucket, std::string_view name) override {
    return faults_.Run([&] { return files_.Remove(bucket, name); });
  }
  Result<std::vector<std::string>> List(std::string_view bucket, std::string_view folder) override {
    return faults_.Run([&] { return files_.List(bucket, folder); });
  }
  Status RemoveUnfinished(std::string_view bucket, std::string_view folder,
                          std::chrono::sys_seconds before) override {
    return faults_.Run([&] { return files_.RemoveUnfinished(bucket, folder, before); });
  }
  Result<Object> Find(std::string_view bucket, std::string_view name) override {
    return faults_.Run([&] { return files_.Find(bucket, name); });
  }

 private:
  FileStore& files_;
  Faults& faults_;
};

}  // namespace enks::exports::testing
