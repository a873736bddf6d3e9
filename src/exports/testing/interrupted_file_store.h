#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exports/file_store.h"

namespace enks::exports::testing {

// A file store that lets a test act in the middle of an export: at the first such moment in the
// life of an object after `skip` others. If `interrupt` fails, so does the call.
class InterruptedFileStore final : public FileStore {
 public:
  enum class Moment {
    kCreate,  // before it is begun
    kSync,    // before it is brought to disk
    kCommit,  // before it appears under its name
  };

  InterruptedFileStore(FileStore& files, Moment moment, int skip, std::function<Status()> interrupt)
      : files_(files), moment_(moment), skip_(skip), interrupt_(std::move(interrupt)) {}

  Result<std::unique_ptr<base::PendingFile>> Create(std::string_view bucket,
                                                    std::string_view name) override {
    ENKS_TRY(Pass(Moment::kCreate));
    ENKS_ASSIGN(auto file, files_.Create(bucket, name));
    return std::make_unique<InterruptedFile>(*this, std::move(file));
  }
  Result<base::Bytes> Read(std::string_view bucket, std::string_view name) override {
    return files_.Read(bucket, name);
  }
  Status Remove(std::string_view bucket, std::string_view name) override {
    return files_.Remove(bucket, name);
  }
  Result<std::vector<std::string>> List(std::string_view bucket, std::string_view folder) override {
    return files_.List(bucket, folder);
  }
  Status RemoveUnfinished(std::string_view bucket, std::string_view folder,
                          std::chrono::sys_seconds before) override {
    return files_.RemoveUnfinished(bucket, folder, before);
  }
  Result<Object> Find(std::string_view bucket, std::string_view name) override {
    return files_.Find(bucket, name);
  }

 private:
  class InterruptedFile final : public base::PendingFile {
   public:
    InterruptedFile(InterruptedFileStore& store, std::unique_ptr<base::PendingFile> file)
        : store_(store), file_(std::move(file)) {}
    Status Append(base::ByteView bytes) override { return file_->Append(bytes); }
    Status WriteAt(std::uint64_t offset, base::ByteView bytes) override {
      return file_->WriteAt(offset, bytes);
    }
    Status Sync() override {
      ENKS_TRY(store_.Pass(Moment::kSync));
      return file_->Sync();
    }
    Status Commit() override {
      ENKS_TRY(store_.Pass(Moment::kCommit));
      return file_->Commit();
    }

   private:
    InterruptedFileStore& store_;
    const std::unique_ptr<base::PendingFile> file_;
  };

  Status Pass(Moment moment) {
    if (moment != moment_ || !interrupt_ || skip_-- > 0) return absl::OkStatus();
    return std::exchange(interrupt_, nullptr)();
  }

  FileStore& files_;
  const Moment moment_;
  int skip_;
  std::function<Status()> interrupt_;
};

}  // namespace enks::exports::testing
